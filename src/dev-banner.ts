import { resolve } from "node:path";
import type { App } from "./app.ts";
import { formatListenAddress } from "./config/listen-address.ts";
import { OWN_SCOPES } from "./config/registry-scope-names.ts";
import type { Settings } from "./config/settings.ts";
import { SETTINGS } from "./config/settings-table.ts";

const TOKEN_HOURS = 12;

/** What `npm start` prints: where the registry is, tokens that are ready to use, and lines to try them with. */
export async function devBanner(app: Omit<App, "close">, settings: Settings): Promise<string> {
  const { devIssuer } = app;
  if (devIssuer === undefined) return "";
  const { register, read, validate, introspect } = settings.scopeNames;
  const mint = (clientId: string, ...scopes: readonly string[]) =>
    devIssuer.mint({
      clientId,
      scope: scopes.join(" "),
      ttlSeconds: TOKEN_HOURS * 3_600,
      audience: settings.audience,
    });
  const billing = await mint("billing-api", register, introspect);
  const server = await mint("auth-server", read, validate);
  const operator = await mint("operator", ...OWN_SCOPES.map((key) => settings.scopeNames[key]));
  const grpc = formatListenAddress({ ...settings.grpcAddress, port: app.grpcPort });
  const http = formatListenAddress({ ...settings.httpAddress, port: app.httpPort });
  const scheme = settings.tls === undefined ? "http" : "https";
  const plaintext = settings.tls === undefined ? "-plaintext " : "";
  const call = (token: string, method: string, body: string) =>
    `grpcurl ${plaintext}-H "authorization: Bearer $${token}" -d '${body}' \\\n    ${grpc} scoperegistry.v1.${method}`;

  return `
Scope registry is running in dev mode: on this machine only, with tokens for everybody.

  gRPC   ${grpc}
  HTTP   ${scheme}://${http}
  Store  ${app.storeDescription}
${catalogueLines(settings, `${scheme}://${http}/`, operator)}
Tokens, for ${TOKEN_HOURS} hours (others: ${tokenCommand(register, settings)})

  export BILLING_API=${billing}
  export AUTH_SERVER=${server}
  export OPERATOR=${operator}

Try it

  ${call("BILLING_API", "ScopeRegistry/RegisterScopes", '{"scopes":[{"name":"invoices:read","description":"Read your invoices"}]}')}
  ${call("AUTH_SERVER", "ScopeRegistry/ListScopes", "{}")}
  ${call("AUTH_SERVER", "ScopeRegistry/ValidateScopes", '{"scope":"invoices:read nobody:knows"}')}
  ${call("OPERATOR", "RegistryAdmin/ListChanges", '{"page_size":3}')}

Stop it with Ctrl-C.
`;
}

/** Where the catalogue is, and where it is opened as an operator. */
function catalogueLines({ catalogue }: Settings, url: string, operator: string): string {
  if (catalogue === undefined) return "";
  return `
Look at it

  ${url}
  ${url}sign-in#token=${operator}
`;
}

function tokenCommand(scope: string, { dataDir, audience }: Settings): string {
  const words = [`npm run --silent token -- --client docs-api --scope "${scope}"`];
  if (dataDir !== SETTINGS.dataDir.default) words.push(`--data-dir ${quoted(resolve(dataDir))}`);
  if (audience !== SETTINGS.audience.default) words.push(`--audience ${quoted(audience)}`);
  return words.join(" ");
}

/** A word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
