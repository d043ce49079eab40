//! The service alone, with a domain of its own: a library; and in `RealGuardIO`, told by the owners of facts.

#![cfg(test)]

mod administrators;
mod answering;
mod approvals;
mod bad_input;
mod batches;
mod callers;
mod checking;
mod decisions;
mod doubts;
mod exceptions;
mod heard;
mod how_to;
mod impostors;
mod interface;
mod kept;
mod killed;
mod law;
mod library;
mod logs;
mod owners;
mod policies;
mod replay;
mod restored;
mod rule;
mod searching;
mod snapshots;
mod telling;
