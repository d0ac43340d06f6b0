<?php
// The same call in PHP, as one would write it for this one purpose.
$request = json_decode(file_get_contents('php://input'), true, 16);
if (!is_array($request) || !is_string($request['sub'] ?? null) || !is_string($request['aud'] ?? null)) {
    http_response_code(400);
    exit('{"error":"invalid_request","error_description":"send a JSON object with sub and aud"}');
}
$encode = fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
$now = time();
$signed = $encode('{"alg":"HS256","typ":"JWT"}') . '.' . $encode(json_encode([
    'iss' => 'identity-backend', 'sub' => $request['sub'], 'aud' => $request['aud'],
    'iat' => $now, 'exp' => $now + 900, 'jti' => bin2hex(random_bytes(16)),
]));
$secret = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0';
$token = $signed . '.' . $encode(hash_hmac('sha256', $signed, $secret, true));
header('Content-Type: application/json; charset=utf-8');
header('Cache-Control: no-store');
echo json_encode(['token' => $token, 'token_type' => 'Bearer', 'expires_in' => 900]);
