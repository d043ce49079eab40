"""A client of the library authlib, used as it is: signs somebody in, and tells what came of it.

What it has to say is one line of JSON each; what it needs to know is one line of input each.
"""

import json
import os
import sys

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oidc.core import CodeIDToken, UserInfo

# The provider under test is on loopback, without TLS.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

issuer, redirect_uri = sys.argv[1:3]
metadata = requests.get(f"{issuer}/.well-known/openid-configuration").json()
session = OAuth2Session(
    "app",
    "the secret of app",
    scope="openid profile email",
    redirect_uri=redirect_uri,
    token_endpoint=metadata["token_endpoint"],
    code_challenge_method="S256",
)
verifier, nonce = "a-verifier-of-at-least-forty-three-characters", "a nonce of authlib"
address, state = session.create_authorization_url(
    metadata["authorization_endpoint"], nonce=nonce, code_verifier=verifier
)
print(json.dumps(address), flush=True)

answer = sys.stdin.readline().strip()
token = session.fetch_token(authorization_response=answer, state=state, code_verifier=verifier)
keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"]).json())
claims = jwt.decode(
    token["id_token"],
    keys,
    claims_cls=CodeIDToken,
    claims_options={"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": "app"}},
    claims_params={"nonce": nonce, "client_id": "app", "access_token": token["access_token"]},
)
claims.validate(leeway=0)
user = UserInfo(session.get(metadata["userinfo_endpoint"]).json())
fresh = session.refresh_token(metadata["token_endpoint"])
again = session.get(metadata["userinfo_endpoint"])
print(
    json.dumps(
        {
            "sub": claims["sub"],
            "email": user.email,
            "refreshed": fresh["access_token"] != token["access_token"],
            "again": again.status_code,
        }
    ),
    flush=True,
)
