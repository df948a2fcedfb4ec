import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { DEV_ISSUER } from "../../src/config/issuer-settings.ts";
import { loadSettings } from "../../src/config/settings.ts";
import { SettingsError } from "../../src/config/settings-error.ts";
import { SETTINGS, type SettingKey, variableName } from "../../src/config/settings-table.ts";
import { describeSettings, redactedSettings } from "../../src/config/settings-text.ts";

const folder = mkdtempSync(join(tmpdir(), "settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PRODUCTION = {
  SCOPE_REGISTRY_ISSUERS: "https://as.example",
  SCOPE_REGISTRY_MONGODB_URI: "mongodb://registry:hunter2@db.example/scopes",
};

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function problemsOf(env: NodeJS.ProcessEnv, argv: string[] = []): readonly string[] {
  try {
    loadSettings(env, argv);
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

function issuers(...elements: unknown[]): NodeJS.ProcessEnv {
  return { ...PRODUCTION, SCOPE_REGISTRY_ISSUERS: JSON.stringify(elements) };
}

describe("loadSettings", () => {
  it("needs nothing but --dev for dev mode", () => {
    const settings = loadSettings({}, ["--dev"]);
    expect(settings).toMatchObject({
      dev: true,
      mongodbUri: undefined,
      dataDir: "data",
      grpcAddress: { host: "127.0.0.1", port: 50051 },
      httpAddress: { host: "127.0.0.1", port: 8080 },
      audience: "scope-registry",
      tls: undefined,
      logLevel: "info",
      scopeNames: { register: "scope_registry.register", introspectAll: "scope_registry.introspect_all" },
    });
    expect(settings.issuers.map(({ issuer }) => issuer)).toEqual([DEV_ISSUER]);
  });

  it("opens the catalogue in dev mode, has people sign in where it can, and has none otherwise", () => {
    const client = { ...PRODUCTION, SCOPE_REGISTRY_CATALOGUE_CLIENT_ID: "catalogue" };
    const signIn = { issuer: "https://as.example", clientId: "catalogue" };
    expect(loadSettings({}, ["--dev"]).catalogue).toMatchObject({ access: "open", signIn: undefined });
    expect(loadSettings(PRODUCTION, []).catalogue).toBeUndefined();
    expect(loadSettings(client, []).catalogue).toMatchObject({ access: "sign-in", signIn });
    expect(loadSettings(client, ["--catalogue", "open"]).catalogue).toMatchObject({ access: "open", signIn });
    expect(loadSettings(client, ["--catalogue", "off"]).catalogue).toBeUndefined();
    expect(loadSettings({}, ["--dev", "--catalogue", "sign-in"]).catalogue).toMatchObject({ access: "sign-in" });
    expect(
      loadSettings(
        {
          ...issuers({ issuer: "https://one.example" }, { issuer: "https://two.example", owner_prefix: "two:" }),
          SCOPE_REGISTRY_CATALOGUE_CLIENT_ID: "catalogue",
          SCOPE_REGISTRY_CATALOGUE_ISSUER: "https://two.example",
        },
        [],
      ).catalogue?.signIn?.issuer,
    ).toBe("https://two.example");
  });

  it("takes an address elsewhere that the catalogue shows for one that is spoken to by TLS", () => {
    const shown = (address: string) =>
      loadSettings({ ...PRODUCTION, SCOPE_REGISTRY_PUBLIC_GRPC_ADDRESS: address }, ["--catalogue", "open"]).catalogue;
    expect(shown("grpc.example.com:443")).toMatchObject({
      publicGrpcAddress: "grpc.example.com:443",
      publicGrpcTls: true,
    });
    expect(shown("[::1]:50051")).toMatchObject({ publicGrpcAddress: "[::1]:50051", publicGrpcTls: undefined });
  });

  it.each([
    [{ CATALOGUE: "closed" }, ["SCOPE_REGISTRY_CATALOGUE must be off, open (anybody may read) or sign-in"]],
    [
      { CATALOGUE: "sign-in" },
      [
        "SCOPE_REGISTRY_CATALOGUE is sign-in: set SCOPE_REGISTRY_CATALOGUE_CLIENT_ID to the client by which people sign in",
      ],
    ],
    [
      { CATALOGUE_ISSUER: "https://as.example" },
      ["SCOPE_REGISTRY_CATALOGUE_ISSUER needs SCOPE_REGISTRY_CATALOGUE_CLIENT_ID"],
    ],
    [
      { CATALOGUE_CLIENT_ID: "catalogue", CATALOGUE_ISSUER: "https://as.example/" },
      ["SCOPE_REGISTRY_CATALOGUE_ISSUER must be one of SCOPE_REGISTRY_ISSUERS, exactly as it is there"],
    ],
    [
      { DEV: "true", ISSUERS: "", MONGODB_URI: "", CATALOGUE_CLIENT_ID: "catalogue" },
      ["SCOPE_REGISTRY_CATALOGUE_CLIENT_ID needs SCOPE_REGISTRY_ISSUERS, where people sign in"],
    ],
    [
      { PUBLIC_GRPC_ADDRESS: "grpc.example.com:0" },
      ["SCOPE_REGISTRY_PUBLIC_GRPC_ADDRESS must name the port that callers find it at, not 0"],
    ],
  ])("refuses a catalogue set as %j", (given, expected) => {
    const env = Object.fromEntries(Object.entries(given).map(([name, text]) => [`SCOPE_REGISTRY_${name}`, text]));
    expect(problemsOf({ ...PRODUCTION, ...env })).toEqual(expected);
  });

  it("takes origins that pages are served from, or every one", () => {
    const origins = (text: string) => loadSettings(PRODUCTION, ["--cors-origins", text]).corsOrigins;
    expect(loadSettings(PRODUCTION, []).corsOrigins).toEqual([]);
    expect(origins("*")).toEqual(["*"]);
    expect(origins("https://app.example.com, http://localhost:3000,http://[::1]:5173")).toEqual([
      "https://app.example.com",
      "http://localhost:3000",
      "http://[::1]:5173",
    ]);
  });

  it.each([
    "app.example.com",
    "https://app.example.com/",
    "https://app.example.com/page",
    "https://app.example.com:443",
    "https://APP.example.com",
    "https://*.example.com",
    "https://user@app.example.com",
    "ftp://app.example.com",
    "null",
    "*,https://app.example.com",
    "https://app.example.com,",
    ",",
  ])("refuses %j as origins", (text) => {
    expect(problemsOf({ ...PRODUCTION, SCOPE_REGISTRY_CORS_ORIGINS: text })).toEqual([
      expect.stringContaining("SCOPE_REGISTRY_CORS_ORIGINS must be"),
    ]);
  });

  it("lets a flag win over its variable", () => {
    const env = { SCOPE_REGISTRY_GRPC_ADDRESS: "127.0.0.1:1", SCOPE_REGISTRY_DEV: "true" };
    expect(loadSettings(env, ["--grpc-address", "[::1]:0"]).grpcAddress).toEqual({ host: "::1", port: 0 });
    expect(loadSettings(env, ["--grpc-address=localhost:2"]).grpcAddress).toEqual({ host: "localhost", port: 2 });
  });

  it("shows metrics to everybody, to who may read, or to nobody", () => {
    expect(loadSettings({}, ["--dev"]).metrics).toBe("open");
    for (const metrics of ["open", "token", "off"]) {
      expect(loadSettings({ SCOPE_REGISTRY_METRICS: metrics }, ["--dev"]).metrics).toBe(metrics);
    }
    expect(problemsOf({ ...PRODUCTION, SCOPE_REGISTRY_METRICS: "true" })).toEqual([
      "SCOPE_REGISTRY_METRICS must be one of open, token, off",
    ]);
  });

  it("takes an empty variable for one that is not set", () => {
    expect(loadSettings({ SCOPE_REGISTRY_AUDIENCE: "" }, ["--dev"]).audience).toBe("scope-registry");
  });

  it("reports every problem at once", () => {
    const problems = problemsOf(
      {
        SCOPE_REGISTRY_GRPC_ADRESS: "127.0.0.1:1",
        SCOPE_REGISTRY_LOG_LEVEL: "loud",
        SCOPE_REGISTRY_HTTP_ADDRESS: "0.0.0.0:8080",
        SCOPE_REGISTRY_SCOPE_READ: "two words",
        SCOPE_REGISTRY_TLS_KEY: "missing.pem",
      },
      ["--audiense", "x"],
    );
    expect(problems).toEqual([
      "SCOPE_REGISTRY_GRPC_ADRESS is not a setting: did you mean SCOPE_REGISTRY_GRPC_ADDRESS?",
      "--audiense is not a setting: did you mean --audience?",
      expect.stringContaining("SCOPE_REGISTRY_SCOPE_READ must be a scope name"),
      "SCOPE_REGISTRY_TLS_KEY names the file missing.pem, which cannot be read (ENOENT): check its path and rights",
      expect.stringContaining("SCOPE_REGISTRY_LOG_LEVEL must be one of trace"),
      expect.stringContaining("SCOPE_REGISTRY_HTTP_ADDRESS is not a loopback address"),
      "SCOPE_REGISTRY_TLS_KEY needs SCOPE_REGISTRY_TLS_CERT",
      expect.stringContaining("Set either SCOPE_REGISTRY_MONGODB_URI"),
      expect.stringContaining("SCOPE_REGISTRY_ISSUERS must name at least one issuer"),
    ]);
  });

  it.each([
    [["--grpc-address"], "--grpc-address needs a value"],
    [["--grpc-address", "--dev"], "--grpc-address needs a value"],
    [["--audience", "a", "--audience", "b"], "--audience is given twice: give it once"],
    [["serve"], "A word that belongs to no flag is on the command line: write settings as --name value"],
    [["--dev=maybe"], "SCOPE_REGISTRY_DEV must be true or false"],
  ])("refuses the flags %j", (argv, problem) => {
    expect(problemsOf(PRODUCTION, argv)).toContain(problem);
  });

  it("passes over what the command line reads, as both may run in one shell", () => {
    const client = { SCOPE_REGISTRY_ADDRESS: "127.0.0.1:50051", SCOPE_REGISTRY_TOKEN: "x" };
    expect(problemsOf({ ...PRODUCTION, ...client })).toEqual([]);
  });

  it("passes over what Kubernetes sets for a Service of the registry's name, and no more", () => {
    const kubernetes = {
      SCOPE_REGISTRY_SERVICE_HOST: "10.0.0.1",
      SCOPE_REGISTRY_SERVICE_PORT: "50051",
      SCOPE_REGISTRY_SERVICE_PORT_GRPC: "50051",
      SCOPE_REGISTRY_PORT: "tcp://10.0.0.1:50051",
      SCOPE_REGISTRY_PORT_50051_TCP: "tcp://10.0.0.1:50051",
      SCOPE_REGISTRY_PORT_50051_TCP_ADDR: "10.0.0.1",
    };
    expect(problemsOf({ ...PRODUCTION, ...kubernetes })).toEqual([]);
    expect(problemsOf({ ...PRODUCTION, SCOPE_REGISTRY_PORT: "50051" })).toHaveLength(1);
  });

  it.each(["", "127.0.0.1", ":1", "127.0.0.1:65536", "::1:80", "[127.0.0.1]:80", "[::1]", "a b:1", "host:-1"])(
    "refuses the address %j",
    (address) => {
      expect(problemsOf({}, ["--dev", `--http-address=${address}`])).toHaveLength(1);
    },
  );

  it("refuses one address for both ports", () => {
    expect(problemsOf({}, ["--dev", "--http-address", "127.0.0.1:50051"])).toHaveLength(1);
    expect(problemsOf({}, ["--dev", "--http-address", "127.0.0.1:0", "--grpc-address", "127.0.0.1:0"])).toEqual([]);
  });

  it("keeps dev mode on loopback, whatever else is set", () => {
    for (const host of ["0.0.0.0", "[::]", "192.0.2.1", "127.0.0.1.example.com"]) {
      const problems = problemsOf({}, ["--dev", "--plaintext", "--grpc-address", `${host}:1`]);
      expect(problems).toEqual([expect.stringContaining("must be a loopback address in dev mode")]);
    }
    expect(problemsOf({}, ["--dev", "--grpc-address", "127.8.8.8:1"])).toEqual([]);
  });

  it("needs TLS, or PLAINTEXT, beyond loopback", () => {
    const env = { ...PRODUCTION, SCOPE_REGISTRY_GRPC_ADDRESS: "0.0.0.0:50051" };
    const cert = file("cert.pem", "-----BEGIN CERTIFICATE-----");
    const key = file("key.pem", "-----BEGIN PRIVATE KEY-----");
    expect(problemsOf(env)).toHaveLength(1);
    expect(problemsOf(env, ["--plaintext"])).toEqual([]);
    expect(loadSettings(env, ["--tls-cert", cert, "--tls-key", key, "--tls-client-ca", cert]).tls).toEqual({
      certFile: cert,
      keyFile: key,
      clientCaFile: cert,
    });
    expect(problemsOf(PRODUCTION, ["--tls-client-ca", cert])).toEqual([
      "SCOPE_REGISTRY_TLS_CLIENT_CA needs SCOPE_REGISTRY_TLS_CERT",
    ]);
  });

  it("does not repeat a private key that is given in place of its file", () => {
    const pem = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----";
    expect(problemsOf({ ...PRODUCTION, SCOPE_REGISTRY_TLS_KEY: pem }).join()).not.toContain("c2VjcmV0");
  });

  it("needs one store outside dev mode, and allows MongoDB in it", () => {
    const { SCOPE_REGISTRY_ISSUERS } = PRODUCTION;
    expect(problemsOf({ SCOPE_REGISTRY_ISSUERS })).toHaveLength(1);
    expect(problemsOf({ SCOPE_REGISTRY_ISSUERS, SCOPE_REGISTRY_DATA_DIR: "data" })).toEqual([]);
    expect(problemsOf(PRODUCTION)).toEqual([]);
    expect(problemsOf({ ...PRODUCTION, SCOPE_REGISTRY_DATA_DIR: "data" })).toHaveLength(1);
    const { SCOPE_REGISTRY_MONGODB_URI } = PRODUCTION;
    expect(problemsOf({ SCOPE_REGISTRY_MONGODB_URI }, ["--dev", "--data-dir", "data"])).toEqual([]);
  });

  it.each([
    ["1", 1],
    ["256", 256],
    ["auto", availableParallelism()],
  ])("takes %s for WORKERS", (text, workers) => {
    expect(loadSettings(PRODUCTION, ["--workers", text]).workers).toBe(workers);
  });

  it.each(["0", "257", "-1", "1.5", "01", "1e2", "many"])("refuses %s for WORKERS", (text) => {
    expect(problemsOf(PRODUCTION, [`--workers=${text}`])).toEqual([
      "SCOPE_REGISTRY_WORKERS must be a whole number from 1 to 256, or auto",
    ]);
  });

  it("has several workers on MongoDB only", () => {
    expect(problemsOf({ SCOPE_REGISTRY_WORKERS: "2" }, ["--dev"])).toEqual([
      "SCOPE_REGISTRY_WORKERS is 2, and the embedded store is for one process: set SCOPE_REGISTRY_MONGODB_URI, or SCOPE_REGISTRY_WORKERS=1",
    ]);
    expect(problemsOf({ SCOPE_REGISTRY_WORKERS: "1" }, ["--dev"])).toEqual([]);
  });

  it("refuses one name for two of the registry's own scopes", () => {
    expect(problemsOf({ ...PRODUCTION, SCOPE_REGISTRY_SCOPE_ADMIN: "scope_registry.read" })).toEqual([
      "SCOPE_REGISTRY_SCOPE_ADMIN must not be the same as SCOPE_REGISTRY_SCOPE_READ: choose another name",
    ]);
  });

  it("has no path for dot-dynamic-scopes unless its scope is named", () => {
    const scopeNames = (more: NodeJS.ProcessEnv) => loadSettings({ ...PRODUCTION, ...more }, []).scopeNames;
    expect(scopeNames({})).not.toHaveProperty("dotDynamicScopes");
    expect(scopeNames({ SCOPE_REGISTRY_DOT_DYNAMIC_SCOPES: "" })).not.toHaveProperty("dotDynamicScopes");
    expect(scopeNames({ SCOPE_REGISTRY_DOT_DYNAMIC_SCOPES: "register-scope" })).toMatchObject({
      register: "scope_registry.register",
      dotDynamicScopes: "register-scope",
    });
    expect(loadSettings(PRODUCTION, ["--dot-dynamic-scopes", "x"]).scopeNames.dotDynamicScopes).toBe("x");
  });

  it("names the scope for dot-dynamic-scopes as the one for registering, or as none of the others", () => {
    const problems = (name: string) => problemsOf({ ...PRODUCTION, SCOPE_REGISTRY_DOT_DYNAMIC_SCOPES: name });
    expect(problems("scope_registry.register")).toEqual([]);
    expect(problems("scope_registry.read")).toEqual([
      "SCOPE_REGISTRY_DOT_DYNAMIC_SCOPES must not be the same as SCOPE_REGISTRY_SCOPE_READ: choose another name",
    ]);
    expect(problems("register scope")).toEqual([
      expect.stringContaining("SCOPE_REGISTRY_DOT_DYNAMIC_SCOPES must be a scope name"),
    ]);
  });

  it("answers any text with settings or with problems, and repeats no secret", () => {
    const keys = Object.keys(SETTINGS) as SettingKey[];
    const text = fc.oneof(fc.string(), fc.constantFrom("true", "[", "{}", "[::1]:1", "a:1", "https://a", "mongodb://"));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys.map(variableName)), text), fc.array(text), (env, argv) => {
        const secret = "mongodbs://u:hunter2@h";
        expect(problemsOf({ ...env, SCOPE_REGISTRY_MONGODB_URI: secret }, argv).join()).not.toContain("hunter2");
      }),
    );
  });
});

describe("the setting ISSUERS", () => {
  it("is URLs parted by commas, a JSON array, or a file that holds one", () => {
    const array = JSON.stringify([
      { issuer: "https://a.example" },
      { issuer: "https://b.example", owner_prefix: "b:" },
    ]);
    const read = (text: string) =>
      loadSettings({ ...PRODUCTION, SCOPE_REGISTRY_ISSUERS: text }, []).issuers.map(({ issuer }) => issuer);
    expect(read("https://a.example")).toEqual(["https://a.example"]);
    expect(read(array)).toEqual(["https://a.example", "https://b.example"]);
    expect(read(file("issuers.json", array))).toEqual(["https://a.example", "https://b.example"]);
    expect(problemsOf({ ...PRODUCTION, SCOPE_REGISTRY_ISSUERS: "https://a.example, https://b.example" })).toEqual([
      expect.stringContaining('the same owner_prefix ""'),
    ]);
  });

  it("has defaults that suit RFC 9068", () => {
    expect(loadSettings(PRODUCTION, []).issuers[0]).toMatchObject({
      tokenTypes: ["at+jwt", "application/at+jwt"],
      clientIdClaim: "client_id",
      scopeClaim: "scope",
      ownerPrefix: "",
      clockToleranceSeconds: 0,
      introspection: undefined,
    });
  });

  it("reads the client secret from a file, without the newline at its end", () => {
    const introspection = {
      endpoint: "https://a.example/i",
      client_id: "r",
      client_secret_file: file("s", "hunter2\n"),
    };
    const [issuer] = loadSettings(issuers({ issuer: "https://a.example", introspection }), []).issuers;
    expect(issuer?.introspection).toEqual({
      endpoint: "https://a.example/i",
      clientId: "r",
      clientSecret: "hunter2",
      cacheSeconds: 30,
      forJwts: false,
      audienceOptional: false,
    });
  });

  it("takes opaque tokens without audience of the issuers of which that is said", () => {
    const introspection = { endpoint: "https://a.example/i", client_id: "r", client_secret: "s" };
    const [one, two] = loadSettings(
      issuers(
        { issuer: "https://a.example", introspection: { ...introspection, audience_optional: true } },
        { issuer: "https://b.example", owner_prefix: "b:", introspection },
      ),
      [],
    ).issuers;
    expect([one, two].map((issuer) => issuer?.introspection?.audienceOptional)).toEqual([true, false]);
  });

  it.each([
    [{ issuer: "http://as.example" }, "[0].issuer: must be an https URL"],
    [{ issuer: "https://u:p@as.example" }, "[0].issuer: must be an https URL"],
    [{ issuer: "https://as.example/#f" }, "[0].issuer: must be an https URL"],
    [{ issuer: "https://as.example?q" }, "[0].issuer: must have no query"],
    [{ issuer: "https://as.example", jwks_url: "https://as.example" }, '[0]: unrecognized key: "jwks_url"'],
    [{ issuer: "https://as.example", algorithms: ["HS256"] }, "[0].algorithms[0]: invalid option"],
    [{ issuer: "https://as.example", algorithms: ["none"] }, "[0].algorithms[0]: invalid option"],
    [{ issuer: "https://as.example", clock_tolerance_seconds: 61 }, "[0].clock_tolerance_seconds: too big"],
    [
      { issuer: "https://as.example", introspection: { endpoint: "https://as.example", client_id: "r" } },
      "[0].introspection: needs either client_secret or client_secret_file",
    ],
    [
      {
        issuer: "https://as.example",
        introspection: { endpoint: "https://as.example", client_id: "r", client_secret: "s", audience_optional: "yes" },
      },
      "[0].introspection.audience_optional: invalid input",
    ],
    [{ issuer: "https://as.example", audience_optional: true }, '[0]: unrecognized key: "audience_optional"'],
  ])("refuses %j", (element, problem) => {
    expect(problemsOf(issuers(element))).toEqual([expect.stringContaining(`SCOPE_REGISTRY_ISSUERS ${problem}`)]);
  });

  it("allows http on loopback hosts", () => {
    for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
      expect(problemsOf(issuers({ issuer: `http://${host}:9000/realm` }))).toEqual([]);
    }
  });

  it("never repeats what it holds, however broken", () => {
    const secret = '{"client_secret":"hunter2"';
    for (const text of [secret, `[${secret}`, `[${secret}}]`, JSON.stringify(secret), file("broken.json", secret)]) {
      expect(problemsOf({ ...PRODUCTION, SCOPE_REGISTRY_ISSUERS: text }).join()).not.toContain("hunter2");
    }
  });

  it("refuses issuers whose owners could be mistaken for each other", () => {
    const one = { issuer: "https://a.example", owner_prefix: "a:" };
    const two = (owner_prefix: string) => ({ issuer: "https://b.example", owner_prefix });
    expect(problemsOf(issuers(one, one))).toEqual([expect.stringContaining("twice")]);
    expect(problemsOf(issuers(one, two("a:")))).toEqual([expect.stringContaining("the same owner_prefix")]);
    expect(problemsOf(issuers(one, two("a:b:")))).toEqual([expect.stringContaining("neither may begin with")]);
    expect(problemsOf(issuers(one, two("b:")))).toEqual([]);
    expect(problemsOf(issuers(one, two("")))).toEqual([]);
    expect(problemsOf(issuers(two("")), ["--dev"])).toEqual([expect.stringContaining("the same owner_prefix")]);
  });
});

describe("the collector of traces", () => {
  const collector = (url: string, more: NodeJS.ProcessEnv = {}) => ({
    ...PRODUCTION,
    SCOPE_REGISTRY_OTLP_ENDPOINT: url,
    ...more,
  });

  it.each([
    ["https://otlp.example", "https://otlp.example"],
    ["https://otlp.example:4318/", "https://otlp.example:4318"],
    ["https://otlp.example/tenant/a/", "https://otlp.example/tenant/a"],
    ["http://127.0.0.1:4318", "http://127.0.0.1:4318"],
    ["http://[::1]:4318", "http://[::1]:4318"],
  ])("takes %s", (url, expected) => {
    expect(loadSettings(collector(url), []).otlpEndpoint).toBe(expected);
  });

  it.each([
    ["otlp.example:4318", "must be an http or https URL"],
    ["grpc://otlp.example:4317", "must be an http or https URL"],
    ["https://otlp.example/?key=hunter2", "without a query"],
    ["https://otlp.example/#hunter2", "without a query"],
    ["https://me:hunter2@otlp.example", "OTEL_EXPORTER_OTLP_HEADERS"],
    ["https://otlp.example/v1/traces", "base URL"],
    ["http://otlp.example:4318", "use https, or set SCOPE_REGISTRY_PLAINTEXT=true"],
  ])("refuses %s, and does not quote it", (url, problem) => {
    const problems = problemsOf(collector(url));
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems.join()).toContain("SCOPE_REGISTRY_OTLP_ENDPOINT");
    expect(problems.join()).not.toContain("hunter2");
  });

  it("is reached without TLS behind a mesh that encrypts", () => {
    const env = collector("http://otlp.example:4318", { SCOPE_REGISTRY_PLAINTEXT: "true" });
    expect(loadSettings(env, []).otlpEndpoint).toBe("http://otlp.example:4318");
  });

  it("is printed without its path, which may be a key", () => {
    const printed = JSON.stringify(redactedSettings(loadSettings(collector("https://otlp.example/hunter2"), [])));
    expect(printed).toContain('"otlpEndpoint":"https://otlp.example"');
    expect(printed).not.toContain("hunter2");
  });
});

describe("the setting INTROSPECTION_CLIENTS", () => {
  const hash = `$scrypt$ln=15,r=8,p=1$${"a".repeat(22)}$${"b".repeat(43)}`;
  const entry = { client_id: "billing-api", secret_hashes: [hash] };
  const problems = (content: string) =>
    problemsOf({ ...PRODUCTION, SCOPE_REGISTRY_INTROSPECTION_CLIENTS: file("clients.json", content) }).map((problem) =>
      problem.replace(folder, ""),
    );
  const within = (place: string) =>
    `SCOPE_REGISTRY_INTROSPECTION_CLIENTS names the file /clients.json, in which ${place}`;

  it("is the path of a file, which is looked into", () => {
    const path = file(
      "good.json",
      JSON.stringify([entry, { ...entry, client_id: "b", owner: "x y", introspect_all: true }]),
    );
    const settings = loadSettings({ ...PRODUCTION, SCOPE_REGISTRY_INTROSPECTION_CLIENTS: path }, []);
    expect(settings.introspectionClients).toBe(path);
    expect(JSON.stringify(redactedSettings(settings))).not.toContain("scrypt");
    expect(loadSettings(PRODUCTION, []).introspectionClients).toBeUndefined();
    expect(problemsOf(PRODUCTION, ["--introspection-clients", "/nowhere.json"])).toEqual([
      "SCOPE_REGISTRY_INTROSPECTION_CLIENTS names the file /nowhere.json, which cannot be read (ENOENT): check its path and rights",
    ]);
  });

  it("reports every problem of the file at once", () => {
    const clients = [
      entry,
      { client_id: "", secret_hashes: [] },
      { client_id: "ä", secret_hashes: [hash, hash, hash], owner: "" },
      { client_id: "c", secret_hashes: ["hunter2"], secret: "hunter2" },
    ];
    const found = problems(JSON.stringify(clients));
    for (const place of [
      "[1].client_id",
      "[1].secret_hashes",
      "[2].client_id",
      "[2].owner",
      "[2].secret_hashes",
      "[3].secret_hashes[0]",
    ]) {
      expect(found).toContainEqual(expect.stringContaining(within(`${place}: `)));
    }
    expect(found).toContain(within('[3]: unrecognized key: "secret"'));
    expect(found.join()).not.toContain("hunter2");
  });

  it.each(["", "{", "{}", "null", '"hunter2"', '{"client_id":"hunter2"'])("refuses a file that holds %j", (text) => {
    expect(problems(text)).toHaveLength(1);
    expect(problems(text).join()).not.toContain("hunter2");
  });

  it("refuses a client that is there twice", () => {
    expect(problems(JSON.stringify([entry, entry]))).toEqual([
      within("[1].client_id: is there twice: name it once, with two hashes"),
    ]);
  });

  it.each([
    hash.replace("ln=15", "ln=13"),
    hash.replace("ln=15", "ln=18"),
    hash.replace("ln=15", "ln=99"),
    hash.replace("r=8", "r=0"),
    hash.replace("r=8", "r=64"),
    hash.replace("p=1", "p=0"),
    hash.replace("scrypt", "argon2id"),
    hash.slice(1),
    hash.slice(0, -1),
    `${hash}\n`,
  ])("refuses the hash %j", (secret_hash) => {
    expect(problems(JSON.stringify([{ ...entry, secret_hashes: [secret_hash] }]))).toEqual([
      within("[0].secret_hashes[0]: must be a hash as scope-registry hash-secret prints it"),
    ]);
  });
});

describe("printing settings", () => {
  it("redacts secrets", () => {
    const introspection = { endpoint: "https://a.example/i", client_id: "r", client_secret: "hunter2" };
    const settings = loadSettings(issuers({ issuer: "https://a.example", introspection }), []);
    const printed = JSON.stringify(redactedSettings(settings));
    expect(printed).not.toContain("hunter2");
    expect(printed).toContain('"grpcAddress":"127.0.0.1:50051"');
  });

  it("describes every setting once, with its flag and default", () => {
    const rows = describeSettings().split("\n");
    expect(rows).toHaveLength(2 + Object.keys(SETTINGS).length);
    expect(rows).toContainEqual(
      expect.stringContaining("| `SCOPE_REGISTRY_GRPC_ADDRESS` | `--grpc-address` | `127.0.0.1:50051` |"),
    );
  });
});
