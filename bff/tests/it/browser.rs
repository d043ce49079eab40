//! A browser as far as the BFF can tell: it keeps cookies and follows what it is told to.

use std::{collections::BTreeMap, net::SocketAddr, sync::Mutex};

use reqwest::{Method, RequestBuilder, Response, header};
use url::Url;

use crate::{provider::ISSUER, world::World};

pub(crate) const SESSION: &str = "__Host-Http-realguardio-3000";
pub(crate) const LOGIN: &str = "__Host-Http-realguardio-login-3000";

pub(crate) struct Browser {
    client: reqwest::Client,
    replica: SocketAddr,
    provider: SocketAddr,
    pub(crate) cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    /// A browser that talks to one replica.
    pub(crate) fn new(world: &World, replica: usize) -> Self {
        Self {
            client: world.client.clone(),
            replica: world.replicas[replica],
            provider: world.provider.address(),
            cookies: Mutex::default(),
        }
    }

    /// The same browser at another replica.
    pub(crate) fn at(&self, world: &World, replica: usize) -> Self {
        let cookies = Mutex::new(self.cookies.lock().unwrap().clone());
        Self {
            cookies,
            ..Self::new(world, replica)
        }
    }

    /// Signs in, all the way, and returns where it ends.
    pub(crate) async fn sign_in(&self, return_to: &str) -> Response {
        let callback = self.go_to_provider(return_to).await;
        self.get(&callback).await
    }

    /// Signs in up to the provider's answer, whose path it returns.
    pub(crate) async fn go_to_provider(&self, return_to: &str) -> String {
        let query: String = url::form_urlencoded::byte_serialize(return_to.as_bytes()).collect();
        let off = self.get(&format!("/bff/login?returnTo={query}")).await;
        assert_eq!(off.status(), 303);
        let there = location(&off).replace(ISSUER, &format!("http://{}", self.provider));
        let back = self.client.get(there).send().await.unwrap();
        assert_eq!(back.status(), 303);
        let back: Url = location(&back).parse().unwrap();
        assert_eq!(back.origin().ascii_serialization(), "http://localhost:3000");
        back[url::Position::BeforePath..].to_owned()
    }

    /// Opens a page.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send(self.request(Method::GET, path)).await
    }

    /// A call by our own script.
    pub(crate) async fn call(&self, method: Method, path: &str) -> Response {
        self.send(self.own_call(method, path)).await
    }

    /// A call by our own script, to be completed.
    pub(crate) fn own_call(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path)
            .header("x-requested-with", "RealGuardIO")
            .header("sec-fetch-site", "same-origin")
            .header(header::ORIGIN, "http://localhost:3000")
    }

    /// A request with this browser's cookies, to be completed.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .client
            .request(method, format!("http://{}{path}", self.replica));
        let cookies = self.cookies.lock().unwrap();
        if cookies.is_empty() {
            return request;
        }
        let line: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request.header(header::COOKIE, line.join("; "))
    }

    /// Sends it, and keeps the cookies that come back.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Response {
        let response = request.send().await.unwrap();
        let mut cookies = self.cookies.lock().unwrap();
        for line in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie::Cookie::parse(line.to_str().unwrap().to_owned()).unwrap();
            assert_eq!(
                (cookie.secure(), cookie.http_only(), cookie.path()),
                (Some(true), Some(true), Some("/"))
            );
            assert!(cookie.domain().is_none());
            assert!(
                cookie.name().len() + cookie.value().len() <= 4096,
                "a browser would drop it"
            );
            if cookie.max_age() == Some(cookie::time::Duration::ZERO) {
                cookies.remove(cookie.name());
            } else {
                cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        drop(cookies);
        response
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies
            .lock()
            .unwrap()
            .insert(name.to_owned(), value.to_owned());
    }
}

pub(crate) fn location(response: &Response) -> String {
    response.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned()
}
