/** A real Keycloak with the realm of `deploy/keycloak`, imported as an operator imports it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { cleanEnvironment, REPOSITORY } from "./run-command.ts";
import { waitUntil } from "./wait-until.ts";

/** How long it may take to start, in milliseconds. It builds itself first, all in 12 s on a machine that has nothing else to do. */
export const START_TIMEOUT_MS = 300_000;

/** Everybody's password in it. */
export const PASSWORD = "not a secret: tests only";

/** What a Keycloak needs to know. */
export interface KeycloakOptions {
  /** Where it is unpacked. Nothing is written there: it runs from a copy. */
  readonly home: string;
  /** `SCOPE_REGISTRY_URL` and `SCOPE_REGISTRY_AUDIENCE`, which the realm is imported with. */
  readonly registryUrl: string;
  readonly audience: string;
}

/** A running Keycloak. */
export interface Keycloak extends AsyncDisposable {
  readonly issuer: string;
  /** Adds somebody with roles of the realm. */
  addPerson(name: string, ...roles: readonly string[]): Promise<void>;
  /** The secret that it has made for a client. */
  secretOf(clientId: string): Promise<string>;
  /** Calls its administration of the realm. @returns the answer's JSON; undefined: it has none */
  administer<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Asks its token endpoint. */
  token(form: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>;
}

/** Starts it on a free port of the loopback, with its data in memory. */
export async function startKeycloak({ home, registryUrl, audience }: KeycloakOptions): Promise<Keycloak> {
  const folder = await mkdtemp(join(tmpdir(), "scope-registry-keycloak-"));
  await cp(home, folder, { recursive: true });
  await mkdir(join(folder, "data/import"), { recursive: true });
  await cp(join(REPOSITORY, "deploy/keycloak/realm.json"), join(folder, "data/import/scope-registry-realm.json"));
  const port = await freePort();
  const server = `http://127.0.0.1:${port}`;
  const issuer = `${server}/realms/scope-registry`;
  const logPath = join(folder, "log");
  const log = await open(logPath, "w");
  const child = spawn(
    join(folder, "bin/kc.sh"),
    ["start-dev", "--db", "dev-mem", "--http-host", "127.0.0.1", "--http-port", String(port), "--import-realm"],
    {
      // The script starts Java in a process of its own.
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: {
        ...cleanEnvironment(),
        // It does not live long enough for more to pay.
        JAVA_OPTS_APPEND: "-XX:TieredStopAtLevel=1",
        KC_BOOTSTRAP_ADMIN_USERNAME: "operator",
        KC_BOOTSTRAP_ADMIN_PASSWORD: PASSWORD,
        SCOPE_REGISTRY_URL: registryUrl,
        SCOPE_REGISTRY_AUDIENCE: audience,
      },
    },
  );
  const ended = once(child, "exit");
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const killNow = () => void (child.pid !== undefined && !hasEnded() && process.kill(-child.pid, "SIGKILL"));
  // A test run that breaks off must not leave it behind.
  process.once("exit", killNow);
  const stop = async () => {
    killNow();
    await ended;
    process.off("exit", killNow);
    await log.close();
    await rm(folder, { recursive: true, force: true });
  };

  async function ask<T>(url: string, init: RequestInit): Promise<T> {
    const response = await fetch(url, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${url} answers status ${response.status}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
  const tokenOf = (realm: string, form: Readonly<Record<string, string>>) =>
    ask<Record<string, string>>(`${realm}/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
  const administer = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const operator = { grant_type: "password", client_id: "admin-cli", username: "operator", password: PASSWORD };
    const { access_token } = await tokenOf(`${server}/realms/master`, operator);
    return ask(`${server}/admin/realms/scope-registry${path}`, {
      method,
      headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };

  try {
    const isThere = () => fetch(`${issuer}/.well-known/openid-configuration`).then(({ ok }) => ok);
    await waitUntil("Keycloak has started", () => hasEnded() || isThere(), { everyMs: 500, forMs: START_TIMEOUT_MS });
    if (hasEnded()) throw new Error("Keycloak has ended");
  } catch (cause) {
    const printed = await readFile(logPath, "utf8");
    await stop();
    throw new Error(`Keycloak does not start:\n${printed}`, { cause });
  }
  return {
    issuer,
    administer,
    async addPerson(username, ...roles) {
      const credentials = [{ type: "password", value: PASSWORD }];
      const names = { firstName: username, lastName: "Example", email: `${username}@example.com` };
      await administer("POST", "/users", { username, enabled: true, credentials, ...names });
      const [person] = await administer<{ id: string }[]>("GET", `/users?username=${username}`);
      const found = await Promise.all(roles.map((role) => administer<unknown>("GET", `/roles/${role}`)));
      await administer("POST", `/users/${person?.id}/role-mappings/realm`, found);
    },
    async secretOf(clientId) {
      const [client] = await administer<{ secret: string }[]>("GET", `/clients?clientId=${clientId}`);
      return client?.secret ?? "";
    },
    token: (form) => tokenOf(issuer, form),
    [Symbol.asyncDispose]: stop,
  };
}
