//! A page that is added to a folder changes nothing that was compiled, so the compiler has to be told to look.

fn main() {
    println!("cargo::rerun-if-changed=../docs/problems");
}
