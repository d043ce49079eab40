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
    /// The services of which it hears only that something has changed, and whom that concerns.
    pub hears: &'a [&'a str],
}

/// The `accounts` of the NATS server's configuration: who may say and hear what follows from the
/// topology alone.
///
/// NATS takes no anonymous client then, and each service has not only a user but an account of its
/// own. Accounts share no subject, unless one exports it and the other imports it, and the only things
/// exported are two questions to a stream (how far it reaches, and what comes next) and the echo
/// that says that there is something new. Who only hears a stream has the echo alone, which repeats
/// the headers of a message and never its state.
///
/// A list of permitted subjects for each user of one account would not be enough. The server answers
/// a request, whoever sent it, on the subject that the request names for the answer, and takes no
/// offence if that is in somebody else's stream: who may ask anything could write anywhere.
#[must_use]
pub fn accounts(topology: &[Account<'_>]) -> String {
    let accounts = topology.iter().map(|account| {
        let Account { service, password, publishes, reads, hears } = account;
        let exports = exports(service, topology);
        let questions = reads.iter().flat_map(|source| asks(source));
        let echoes = reads.iter().chain(*hears).map(|source| listens(source));
        let imports: Vec<_> = questions.chain(echoes).collect();
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

fn exports(service: &str, topology: &[Account<'_>]) -> Vec<String> {
    let readers = those(topology, |other| other.reads.contains(&service));
    let listeners = those(topology, |other| {
        other.reads.contains(&service) || other.hears.contains(&service)
    });
    let mut exports = Vec::new();
    // The server would take an empty list of accounts for all of them.
    if !readers.is_empty() {
        exports.extend(broker::QUESTIONS.map(|question| {
            format!("{{ service: \"$JS.API.{question}.{service}\", accounts: {readers:?} }}")
        }));
    }
    if !listeners.is_empty() {
        let echo = broker::echo(service);
        exports.push(format!("{{ stream: \"{echo}\", accounts: {listeners:?} }}"));
    }
    exports
}

fn those<'a>(topology: &[Account<'a>], may: impl Fn(&Account<'a>) -> bool) -> Vec<&'a str> {
    let those = topology.iter().filter(|account| may(account));
    those.map(|account| account.service).collect()
}

fn asks(source: &str) -> [String; 2] {
    broker::QUESTIONS.map(|question| {
        format!(
            "{{ service: {{ account: {source:?}, subject: \"$JS.API.{question}.{source}\" }}, to: \"{}.{question}.{source}\" }}",
            broker::prefix(source)
        )
    })
}

fn listens(source: &str) -> String {
    let echo = broker::echo(source);
    format!("{{ stream: {{ account: {source:?}, subject: \"{echo}\" }} }}")
}

fn list(items: &[String]) -> String {
    if items.is_empty() {
        return "[]".to_owned();
    }
    format!("[\n      {}\n    ]", items.join("\n      "))
}
