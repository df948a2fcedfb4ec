import { describe, expect, it } from "vitest";
import { createAuthority } from "../../../../test/support/certificates.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import { type ConnectionOptions, checkConnectionOptions } from "../../src/connection/connection-options.ts";
import { ConnectionOptionsError } from "../../src/connection/connection-options-error.ts";

const authority = createAuthority("Test servers");
const client = authority.issue("billing-api");
const other = authority.issue("docs-api");

function originOf(options: Partial<ConnectionOptions>): string {
  return checkConnectionOptions({ address: "127.0.0.1:50051", credentials: "none", ...options }).origin;
}

function problemsOf(options: unknown): readonly string[] {
  try {
    connectScopeRegistry(options as ConnectionOptions);
    return [];
  } catch (error) {
    if (!(error instanceof ConnectionOptionsError)) throw error;
    expect(error.message).toBe(error.problems.join("\n"));
    return error.problems;
  }
}

describe("the options of a connection", () => {
  it.each([
    ["127.0.0.1:50051", undefined, "http://127.0.0.1:50051"],
    ["localhost:50051", undefined, "http://localhost:50051"],
    ["[::1]:50051", undefined, "http://[::1]:50051"],
    ["127.0.0.1:50051", true, "https://127.0.0.1:50051"],
    ["127.0.0.1:50051", { ca: authority.cert }, "https://127.0.0.1:50051"],
    ["http://127.0.0.1:50051", undefined, "http://127.0.0.1:50051"],
    ["registry.example.com:443", undefined, "https://registry.example.com"],
    ["registry.example.com:50051", undefined, "https://registry.example.com:50051"],
    ["registry.example.com:50051", false, "http://registry.example.com:50051"],
    ["https://registry.example.com", undefined, "https://registry.example.com"],
    ["http://registry.example.com:50051", false, "http://registry.example.com:50051"],
    ["[2001:db8::1]:50051", undefined, "https://[2001:db8::1]:50051"],
  ])("take %s with tls %j as %s", (address, tls, origin) => {
    expect(originOf({ address, tls })).toBe(origin);
  });

  it.each([
    "",
    "registry",
    "registry:",
    "registry:0",
    "registry:70000",
    "2001:db8::1:50051",
    "[nonsense]:50051",
    "dns:///registry:50051",
    "https://registry/path",
    "https://registry?x=1",
    "https://name:secret@registry",
    "ftp://registry:50051",
  ])("refuse the address %j", (address) => {
    expect(problemsOf({ address, credentials: "none" })).toEqual([
      "address must be host:port or an https:// URL without a path, for example registry.example.com:50051",
    ]);
  });

  it("refuse to send tokens in the clear by accident", () => {
    expect(problemsOf({ address: "http://registry.example.com:50051", credentials: "none" })).toEqual([
      "address has no TLS, so that tokens would travel in the clear to registry.example.com: use https://, or say tls: false",
    ]);
  });

  it("list every problem at once", () => {
    const credentials = {
      clientCredentials: {
        issuer: "http://login.example.com",
        tokenEndpoint: "https://login.example.com/token",
        clientId: "",
        authentication: "none",
      },
    };
    const tls = { cert: client.cert };
    expect(problemsOf({ address: "registry", tls, credentials, timeoutMs: 0 })).toEqual([
      "address must be host:port or an https:// URL without a path, for example registry.example.com:50051",
      "tls.cert needs tls.key",
      "credentials.clientCredentials must have either issuer or tokenEndpoint",
      "credentials.clientCredentials.issuer must be an https URL without credentials; http is accepted on loopback only",
      "credentials.clientCredentials.clientId must not be empty",
      "credentials.clientCredentials must have either clientSecret or clientSecretFile",
      "credentials.clientCredentials.authentication must be client_secret_basic or client_secret_post",
      "timeoutMs must be a number of milliseconds above 0 and at most 99999999",
    ]);
  });

  it.each([[{ ca: "no PEM" }], [{ cert: client.cert, key: other.key }], [{ cert: "no PEM", key: client.key }]])(
    "refuse TLS material that cannot be used, without quoting it",
    (tls) => {
      const problems = problemsOf({ address: "127.0.0.1:1", tls, credentials: "none" });
      expect(problems).toEqual([
        "tls.ca, tls.cert and tls.key must be PEM, and the key must be that of the certificate",
      ]);
    },
  );

  it.each([[null], ["yes"]])("refuse tls %j", (tls) => {
    expect(problemsOf({ address: "127.0.0.1:1", tls, credentials: "none" })).toEqual([
      "tls must be true, false, or an object with any of ca, cert, key and serverName",
    ]);
  });

  it("refuse a token endpoint with a password in it, without quoting it", () => {
    const tokenEndpoint = "https://name:hunter2@login.example.com/token";
    const credentials = { clientCredentials: { tokenEndpoint, clientId: "a", clientSecret: "b" } };
    const problems = problemsOf({ address: "127.0.0.1:1", credentials });
    expect(problems.join()).toContain("credentials.clientCredentials.tokenEndpoint must be an https URL");
    expect(problems.join()).not.toContain("hunter2");
  });

  it.each([
    [undefined],
    ["token"],
    [{}],
    [{ token: "a", tokenFile: "b" }],
    [{ token: "with space" }],
    [{ token: "with\nline" }],
    [{ token: "" }],
    [{ tokenFile: "" }],
    [{ getToken: "token" }],
    [{ clientCredentials: null }],
  ])("refuse the credentials %j, without quoting a token", (credentials) => {
    const problems = problemsOf({ address: "127.0.0.1:1", credentials });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^credentials[ .]/);
    expect(problems[0]).not.toMatch(/with[ \n](space|line)/);
  });
});
