use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use serde_json::Value;
use testkit::clock::TestClock;
use testkit::mint::Mint;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn bytes(part: &Value) -> anyhow::Result<Vec<u8>> {
    Ok(BASE64_URL_SAFE_NO_PAD.decode(part.as_str().unwrap_or_default())?)
}

/// The published keys, fetched as plainly as can be.
async fn jwks(mint: &Mint) -> anyhow::Result<Value> {
    let address = (
        mint.issuer().host_str().unwrap_or_default(),
        mint.issuer().port().unwrap_or_default(),
    );
    let mut connection = TcpStream::connect(address).await?;
    connection
        .write_all(b"GET /oauth2/jwks HTTP/1.1\r\nhost: mint\r\nconnection: close\r\n\r\n")
        .await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    Ok(serde_json::from_str(body)?)
}

#[tokio::test]
async fn a_token_verifies_with_the_key_that_is_served() -> anyhow::Result<()> {
    let mint = Mint::start(TestClock::at("2026-01-05T12:00:00Z")?).await?;
    let key = &jwks(&mint).await?["keys"][0];
    let point = [vec![4], bytes(&key["x"])?, bytes(&key["y"])?].concat();
    let key = VerifyingKey::from_sec1_bytes(&point)?;

    let token = mint.user("ada").claim("name", "Ada").token();

    let (content, signature) = token.rsplit_once('.').unwrap_or_default();
    key.verify(
        content.as_bytes(),
        &Signature::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(signature)?)?,
    )?;
    let claims: Value = serde_json::from_slice(
        &BASE64_URL_SAFE_NO_PAD.decode(content.split('.').nth(1).unwrap_or_default())?,
    )?;
    assert_eq!(claims["name"], "Ada");
    assert_eq!(claims["userId"], "ada");
    assert_eq!(claims["iss"], mint.iss());
    assert_eq!(
        claims["exp"].as_i64(),
        claims["iat"].as_i64().map(|iat| iat + 180)
    );
    Ok(())
}
