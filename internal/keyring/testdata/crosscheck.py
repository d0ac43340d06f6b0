"""Signs and verifies tokens with PyJWT: JSON from stdin, JSON to stdout."""

import json
import sys

import jwt

FAULTS = {
    jwt.InvalidSignatureError: "signature",
    jwt.ExpiredSignatureError: "expired",
    jwt.InvalidAudienceError: "audience",
    jwt.InvalidIssuerError: "issuer",
}


def verify(case):
    try:
        return {"claims": jwt.decode(case["token"], case["secret"], algorithms=["HS256"],
                                     audience=case["audience"], issuer=case["issuer"])}
    except jwt.PyJWTError as error:
        return {"fault": FAULTS.get(type(error), repr(error))}


request = json.load(sys.stdin.buffer)
json.dump({
    "signed": [jwt.encode(case["claims"], case["secret"], algorithm="HS256", headers=case["header"])
               for case in request["sign"]],
    "verified": [verify(case) for case in request["verify"]],
}, sys.stdout)
