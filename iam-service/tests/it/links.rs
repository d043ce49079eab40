//! One-time links: the first administrator's, a new user's, a forgotten password's.

use std::sync::{Arc, Mutex};

use iam_service::app::MailCourier;
use jiff::SignedDuration;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::client::decode;
use crate::service::{ADMINISTRATOR, PASSWORD, Service};

const ADA: &str = "ada@example.com";

async fn status(service: &Service, link: &str) -> anyhow::Result<u16> {
    Ok(service.http.get(link).send().await?.status().as_u16())
}

async fn choose(service: &Service, link: &str, password: &str) -> anyhow::Result<u16> {
    Ok(service
        .http
        .post(link)
        .form(&[("password", password)])
        .send()
        .await?
        .status()
        .as_u16())
}

#[tokio::test]
async fn the_first_administrator_comes_by_a_link() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let lost = service
        .app
        .bootstrap(&ADMINISTRATOR.parse()?, &"Priya".parse()?)
        .await?;
    let link = service
        .app
        .bootstrap(&ADMINISTRATOR.parse()?, &"Priya".parse()?)
        .await?;
    assert_eq!(
        choose(&service, &lost, PASSWORD).await?,
        404,
        "a newer link voids the older"
    );
    assert_eq!(choose(&service, &link, PASSWORD).await?, 200);
    let (_, claims) = decode(&service.access_token(ADMINISTRATOR).await?)?;
    assert_eq!(
        claims["roles"],
        serde_json::json!(["REALGUARDIO_ADMINISTRATOR"])
    );

    for email in [ADMINISTRATOR, "second@example.com"] {
        assert!(
            service
                .app
                .bootstrap(&email.parse()?, &"X".parse()?)
                .await
                .is_err(),
            "{email}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_link_works_once() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let link = service.link_for(ADA).await?;
    assert_eq!(
        status(&service, &link).await?,
        200,
        "looking does not use it up"
    );
    assert_eq!(choose(&service, &link, PASSWORD).await?, 200);
    assert_eq!(status(&service, &link).await?, 404);
    assert_eq!(choose(&service, &link, "another passphrase").await?, 404);
    Ok(())
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_does() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let link = service.link_for(ADA).await?;
    let (one, other) = tokio::try_join!(
        choose(&service, &link, PASSWORD),
        choose(&service, &link, "another passphrase")
    )?;
    let mut statuses = [one, other];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    Ok(())
}

#[tokio::test]
async fn a_link_works_for_a_day_and_until_a_newer_one() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let first = service.link_for(ADA).await?;
    forgot(&service, ADA).await?;
    let second = service.newest_link(ADA).await?;
    assert_eq!(
        (
            status(&service, &first).await?,
            status(&service, &second).await?
        ),
        (404, 200)
    );
    service.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(choose(&service, &second, PASSWORD).await?, 404);
    Ok(())
}

#[tokio::test]
async fn a_made_up_link_is_none() -> anyhow::Result<()> {
    let service = Service::start().await?;
    for link in ["x", &"A".repeat(64), "%00", "..%2F..%2Fdemo"] {
        let link = service.url(&format!("/one-time-links/{link}"));
        assert_eq!(
            (
                status(&service, &link).await?,
                choose(&service, &link, PASSWORD).await?
            ),
            (404, 404),
            "{link}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_weak_password_is_refused_and_the_link_still_works() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let link = service.link_for(ADA).await?;
    for weak in ["", "short", "aaaaaaaaaaaaaaaa", "realguardio-2026"] {
        assert_eq!(choose(&service, &link, weak).await?, 422, "{weak}");
    }
    assert_eq!(choose(&service, &link, PASSWORD).await?, 200);
    Ok(())
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_and_the_wait() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let tokens = service.tokens(ADA).await?;
    let mut browser = service.browser();
    for _ in 0..6 {
        browser.sign_in("/sign-in", ADA, "not the password").await?;
    }
    forgot(&service, ADA).await?;
    assert_eq!(
        choose(
            &service,
            &service.newest_link(ADA).await?,
            "another passphrase"
        )
        .await?,
        200
    );
    assert!(
        !service
            .is_active("app", &tokens.text("access_token"))
            .await?
    );
    assert_eq!(
        service
            .refresh(&tokens.text("refresh_token"))
            .await?
            .error(),
        (400, "invalid_grant")
    );
    assert_eq!(
        browser.sign_in("/sign-in", ADA, PASSWORD).await?.status,
        403
    );
    assert_eq!(
        browser
            .sign_in("/sign-in", ADA, "another passphrase")
            .await?
            .status,
        303
    );
    Ok(())
}

async fn forgot(service: &Service, email: &str) -> anyhow::Result<(u16, String)> {
    let mut browser = service.browser();
    let csrf = browser.get("/forgot-password").await?.hidden("csrf")?;
    let answer = browser
        .post("/forgot-password", &[("csrf", &csrf), ("email", email)])
        .await?;
    Ok((answer.status.as_u16(), answer.body))
}

#[tokio::test]
async fn forgetting_a_password_tells_nobody_who_has_an_account() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let known = forgot(&service, ADA).await?;
    assert_eq!(known.0, 200);
    assert_eq!(forgot(&service, "nobody@example.com").await?, known);
    assert_eq!(forgot(&service, "no address at all").await?, known);
    assert_eq!(service.mail_to(ADA).await?.len(), 2, "the welcome and this");
    assert_eq!(service.mail_to("nobody@example.com").await?.len(), 0);

    // Too many for one account are not sent, and not told either.
    for _ in 0..6 {
        assert_eq!(forgot(&service, ADA).await?, known);
    }
    assert_eq!(service.mail_to(ADA).await?.len(), 6);
    let mut browser = service.browser();
    assert_eq!(
        browser
            .post("/forgot-password", &[("email", ADA)])
            .await?
            .status,
        403,
        "not our form"
    );
    Ok(())
}

#[tokio::test]
async fn mail_is_sent_by_smtp_and_tried_again() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.hire(ADA).await?;
    let link = service.newest_link(ADA).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let courier = MailCourier {
        app: Arc::clone(&service.app),
        transport: AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
            .port(port)
            .build(),
        from: "RealGuardIO <no-reply@realguardio.example>".parse()?,
    };
    drop(listener);
    assert!(courier.step().await?.worked(), "the server is down");
    assert!(
        !courier.step().await?.worked(),
        "it is not tried again at once"
    );

    let received = Arc::new(Mutex::new(String::new()));
    let server = tokio::spawn(receive(
        TcpListener::bind(("127.0.0.1", port)).await?,
        Arc::clone(&received),
    ));
    service.clock.advance(SignedDuration::from_secs(2));
    assert!(courier.step().await?.worked());
    assert!(!courier.step().await?.worked(), "it is sent once");
    server.abort();
    let letter = received
        .lock()
        .unwrap()
        .replace("=\r\n", "")
        .replace("=3D", "=");
    for part in [
        "To: ada@example.com\r\n",
        "Subject: Your RealGuardIO account",
        link.as_str(),
    ] {
        assert!(letter.contains(part), "{part} is not in {letter}");
    }
    Ok(())
}

/// As much of a mail server as it takes to receive a letter.
async fn receive(listener: TcpListener, letter: Arc<Mutex<String>>) -> anyhow::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        converse(BufReader::new(stream), &letter).await?;
    }
}

async fn converse(mut stream: BufReader<TcpStream>, letter: &Mutex<String>) -> anyhow::Result<()> {
    stream.write_all(b"220 ready\r\n").await?;
    let mut in_letter = false;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let answer: &[u8] = match line.trim_end() {
            "." => {
                in_letter = false;
                b"250 taken\r\n"
            }
            _ if in_letter => {
                letter.lock().unwrap().push_str(&line);
                b""
            }
            "DATA" => {
                in_letter = true;
                b"354 go on\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 fine\r\n",
        };
        stream.write_all(answer).await?;
        line.clear();
    }
    Ok(())
}
