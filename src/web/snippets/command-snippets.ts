import { jsonWord, shellWord } from "./quoting.ts";
import type { AskedScope, Snippet, Surroundings } from "./snippet.ts";

const METHOD = "scoperegistry.v1.ScopeRegistry/ValidateScopes";

/** Whether the scope would be granted, asked by grpcurl. */
export function grpcurlSnippet(scope: AskedScope, around: Surroundings): Snippet {
  const plaintext = around.grpcTls ? "" : "-plaintext ";
  const text =
    `grpcurl ${plaintext}-H "authorization: Bearer $TOKEN" -d ${requestWord(scope)} \\\n` +
    `  ${shellWord(around.grpcAddress)} ${METHOD}`;
  return { id: "grpcurl", title: "grpcurl", blocks: [{ caption: CAPTION, note: tokenNote(scope, around), text }] };
}

/** Whether the scope would be granted, asked by curl. */
export function curlSnippet(scope: AskedScope, around: Surroundings): Snippet {
  const text =
    `curl -s ${shellWord(`${around.httpOrigin}/${METHOD}`)} \\\n` +
    `  -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\\n` +
    `  -d ${requestWord(scope)}`;
  return { id: "curl", title: "curl", blocks: [{ caption: CAPTION, note: tokenNote(scope, around), text }] };
}

const CAPTION = "Would it be granted?";

function requestWord({ name, resources, restricted }: AskedScope): string {
  return jsonWord({
    scope: name,
    ...(restricted && { client_id: "CLIENT_ID" }),
    ...(resources.length > 0 && { resources }),
  });
}

function tokenNote({ restricted }: AskedScope, { validateScope, audience, dev }: Surroundings): string {
  const token = dev
    ? `TOKEN=$(npm run --silent token -- --client auth-server --scope ${shellWord(validateScope)}) makes a token, in the registry's folder.`
    : `TOKEN is an access token with ${validateScope}, for ${audience}.`;
  return restricted ? `${token} Only a client with a grant is given the scope: CLIENT_ID says which.` : token;
}
