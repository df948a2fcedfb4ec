import { useCatalogue } from "../../catalogue.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { Notice } from "../../parts/notice.tsx";
import type { CatalogueConfig } from "../../registry/catalogue-config.ts";
import { jsonWord, shellWord } from "../../snippets/quoting.ts";

/** Says how to register the first scope. */
export function EmptyRegistry() {
  const { config } = useCatalogue();
  const command = registerCommand(config);
  return (
    <Notice title="No API has registered a scope yet">
      <p>
        An API registers its scopes as it starts, with a token that has <code>{config.scopes.register}</code>. By hand
        the first one is registered so:
      </p>
      <div class="register-command">
        <pre>
          <code>{command}</code>
        </pre>
        <CopyButton text={command} label="Copy the command" />
      </div>
      {!config.dev && (
        <p class="hint">
          TOKEN is an access token for <code>{config.audience}</code>.
        </p>
      )}
      <p class="hint">It appears here at once.</p>
    </Notice>
  );
}

function registerCommand({ dev, grpc_address, grpc_tls, scopes }: CatalogueConfig): string {
  const token = dev
    ? `TOKEN=$(npm run --silent token -- --client billing-api --scope ${shellWord(scopes.register)})\n`
    : "";
  const body = jsonWord({ scopes: [{ name: "invoices:read", description: "Read your invoices" }] });
  return (
    `${token}grpcurl ${grpc_tls ? "" : "-plaintext "}-H "authorization: Bearer $TOKEN" \\\n` +
    `  -d ${body} \\\n` +
    `  ${shellWord(grpc_address)} scoperegistry.v1.ScopeRegistry/RegisterScopes`
  );
}
