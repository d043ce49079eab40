use crate::broker;

/// A service, as the broker must know it.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// The service's name: that of its account, of its user and of its stream.
    pub service: &'a str,
    /// Its user's password.
    pub password: &'a str,
    /// Whether it publishes events.
    pub publishes: bool,
    /// The services whose streams it reads.
    pub reads: &'a [&'a str],
}

/// The `accounts` of the NATS server's configuration: who may say and hear what follows from the
/// topology alone.
///
/// NATS takes no anonymous client then, and each service has not only a user but an account of its
/// own. Accounts share no subject, unless one exports it and the other imports it, and the only things
/// exported are two questions to a stream (how far it reaches, and what comes next) and the echo
/// that says that there is something new.
///
/// A list of permitted subjects for each user of one account would not be enough. The server answers
/// a request, whoever sent it, on the subject that the request names for the answer, and takes no
/// offence if that is in somebody else's stream: who may ask anything could write anywhere.
#[must_use]
pub fn accounts(topology: &[Account<'_>]) -> String {
    let accounts = topology.iter().map(|account| {
        let Account { service, password, publishes, reads } = account;
        let readers = topology.iter().filter(|other| other.reads.contains(service)).map(|other| other.service);
        let exports = exports(service, &readers.collect::<Vec<_>>());
        let imports: Vec<_> = reads.iter().flat_map(|source| imports(source)).collect();
        let jetstream = if *publishes { "enabled" } else { "disabled" };
        format!(
            "  {service:?}: {{\n    jetstream: {jetstream}\n    users: [{{ user: {service:?}, password: {password:?} }}]\n    \
             exports: {}\n    imports: {}\n  }}\n",
            list(&exports),
            list(&imports)
        )
    });
    format!("accounts {{\n{}}}\n", accounts.collect::<String>())
}

fn exports(service: &str, readers: &[&str]) -> Vec<String> {
    if readers.is_empty() {
        // The server would take an empty list of accounts for all of them.
        return Vec::new();
    }
    let questions = broker::QUESTIONS.iter().map(|question| {
        format!("{{ service: \"$JS.API.{question}.{service}\", accounts: {readers:?} }}")
    });
    let echo = format!(
        "{{ stream: \"{}\", accounts: {readers:?} }}",
        broker::echo(service)
    );
    questions.chain([echo]).collect()
}

fn imports(source: &str) -> Vec<String> {
    let questions = broker::QUESTIONS.iter().map(|question| {
        format!(
            "{{ service: {{ account: {source:?}, subject: \"$JS.API.{question}.{source}\" }}, to: \"{}.{question}.{source}\" }}",
            broker::prefix(source)
        )
    });
    let echo = format!(
        "{{ stream: {{ account: {source:?}, subject: \"{}\" }} }}",
        broker::echo(source)
    );
    questions.chain([echo]).collect()
}

fn list(items: &[String]) -> String {
    if items.is_empty() {
        return "[]".to_owned();
    }
    format!("[\n      {}\n    ]", items.join("\n      "))
}
