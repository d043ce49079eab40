//! The tokens that somebody may bring: one that tells everything, and one that had no room for all of it.

use access::UserId;
use anyhow::ensure;
use iam_claims::Claims;
use jiff::SignedDuration;
use security_system_service::authorization::{Caller, Strategy, TokenFacts};

/// One person, with one token or the other.
pub(super) struct Tokens {
    pub(super) user: UserId,
    whole: Caller,
    overflowing: Caller,
    /// Whether employments had room in the latter.
    tells_employments: bool,
}

/// Who is asked, by which token, and who decides in the end.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) strategy: Strategy,
    pub(super) caller: &'a Caller,
    pub(super) by: Strategy,
    /// What the token tells, for people.
    pub(super) token: &'static str,
}

impl Way<'_> {
    /// That this is who decided.
    pub(super) fn expects(&self, by: Strategy) -> anyhow::Result<()> {
        let Self {
            strategy, token, ..
        } = self;
        ensure!(
            by == self.by,
            "{by} decided in place of {strategy} (the token: {token})"
        );
        Ok(())
    }
}

impl Tokens {
    /// With these claims, and with what is left of them where there is room for one byte less.
    pub(super) fn of(user: UserId, claims: Claims) -> Self {
        let room = claims.size().saturating_sub(1);
        let overflowing = claims.clone().within(room);
        Self {
            user,
            tells_employments: overflowing.employments().is_ok(),
            whole: caller(user, claims),
            overflowing: caller(user, overflowing),
        }
    }

    /// All ways to ask, where this strategy decides for those whose token does not tell enough.
    pub(super) fn ways(&self, live: Strategy) -> impl Iterator<Item = Way<'_>> {
        let (whole, short) = (&self.whole, &self.overflowing);
        let with_all = Strategy::ALL.into_iter().map(move |strategy| Way {
            strategy,
            caller: whole,
            by: strategy,
            token: "all facts",
        });
        let combined = if self.tells_employments {
            Strategy::Combine
        } else {
            live
        };
        let overflowing = [(Strategy::Provide, live), (Strategy::Combine, combined)];
        let overflowing = overflowing.into_iter().map(move |(strategy, by)| Way {
            strategy,
            caller: short,
            by,
            token: "no room for all facts",
        });
        with_all.chain(overflowing)
    }
}

fn caller(user: UserId, claims: Claims) -> Caller {
    Caller {
        user,
        name: "Somebody".to_owned(),
        facts: TokenFacts::new(Ok(claims), SignedDuration::ZERO),
    }
}
