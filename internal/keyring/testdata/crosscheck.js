// Signs and verifies tokens with jose: JSON from stdin, JSON to stdout.
'use strict';

const fs = require('fs');
const { SignJWT, jwtVerify } = require('jose');

const key = (secret) => new TextEncoder().encode(secret);

const faultOf = (error) => {
  switch (error.code) {
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED': return 'signature';
    case 'ERR_JWT_EXPIRED': return 'expired';
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED': return { aud: 'audience', iss: 'issuer' }[error.claim] || error.message;
    default: return String(error);
  }
};

const sign = ({ header, claims, secret }) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(key(secret));

const verify = ({ token, secret, audience, issuer }) =>
  jwtVerify(token, key(secret), { algorithms: ['HS256'], audience, issuer })
    .then(({ payload }) => ({ claims: payload }), (error) => ({ fault: faultOf(error) }));

(async () => {
  const request = JSON.parse(fs.readFileSync(0, 'utf8'));
  const [signed, verified] = await Promise.all([
    Promise.all(request.sign.map(sign)),
    Promise.all(request.verify.map(verify)),
  ]);
  process.stdout.write(JSON.stringify({ signed, verified }));
})();
