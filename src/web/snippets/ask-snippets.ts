import { curlSnippet, grpcurlSnippet } from "./command-snippets.ts";
import { goSnippet } from "./go-snippet.ts";
import { oauthSnippet } from "./oauth-snippet.ts";
import { pythonSnippet } from "./python-snippet.ts";
import type { AskedScope, Snippet, Surroundings } from "./snippet.ts";
import { typescriptSnippet } from "./typescript-snippet.ts";

/** How to ask for a scope, in the order of `SNIPPET_IDS`. */
export function askSnippets(scope: AskedScope, around: Surroundings): readonly Snippet[] {
  return [oauthSnippet, typescriptSnippet, pythonSnippet, goSnippet, grpcurlSnippet, curlSnippet].map((make) =>
    make(scope, around),
  );
}
