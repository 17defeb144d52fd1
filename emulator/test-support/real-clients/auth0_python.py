"""Auth0's SDK for Python, configured with nothing but the domain and the credentials."""

import os

from auth0.authentication import GetToken, Users
from auth0.management import ManagementClient

env = os.environ
domain, client_id, secret = env["DOMAIN"], env["CLIENT_ID"], env["CLIENT_SECRET"]
user_id = env["USER_ID"]

tokens = GetToken(domain, client_id, client_secret=secret)
issued = tokens.authorization_code(code=env["CODE"], redirect_uri=env["REDIRECT_URI"])
assert Users(domain).userinfo(issued["access_token"])["sub"] == user_id
assert tokens.refresh_token(issued["refresh_token"])["access_token"]

management = ManagementClient(domain=domain, client_id=client_id, client_secret=secret)
assert management.users.get(user_id).email == "ada@example.com"
assert management.users.list_users_by_email(email="ada@example.com")[0].user_id == user_id
assert len(list(management.users.sessions.list(user_id))) > 0
management.users.sessions.delete(user_id)
assert len(list(management.users.sessions.list(user_id))) == 0
print("ok")
