// Package tokens signs and checks the access tokens of the examples: JWTs (RFC 9068) with Ed25519 (RFC 8037), and no more of it
// than the examples need. In a program of your own this is a library's work.
package tokens

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
)

// header is the same for all: only Ed25519 is spoken.
const header = `{"alg":"EdDSA","typ":"at+jwt"}`

// Claims are what a token says.
type Claims struct {
	Issuer   string   `json:"iss"`
	ClientID string   `json:"client_id"`
	Audience []string `json:"aud"`
	Scope    string   `json:"scope"`
	Expires  int64    `json:"exp"`
}

// Sign makes a token.
func Sign(key ed25519.PrivateKey, claims Claims) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed := encode([]byte(header)) + "." + encode(payload)
	return signed + "." + encode(ed25519.Sign(key, []byte(signed))), nil
}

// Read gives what a token says, if it is one of this key for this audience, and has not expired.
func Read(key ed25519.PublicKey, audience, token string) (Claims, error) {
	invalid := errors.New("the token is not valid here")
	var claims Claims
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[0] != encode([]byte(header)) {
		return claims, invalid
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !ed25519.Verify(key, []byte(parts[0]+"."+parts[1]), signature) {
		return claims, invalid
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return claims, invalid
	}
	if !slices.Contains(claims.Audience, audience) || time.Now().Unix() >= claims.Expires {
		return Claims{}, invalid
	}
	return claims, nil
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
