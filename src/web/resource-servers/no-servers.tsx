import { CopyButton } from "../parts/copy-button.tsx";
import { Notice } from "../parts/notice.tsx";

const REGISTER = "npx scope-registry apply -f scopes.yaml";

/** What is said where nobody has registered anything, and how to begin. */
export function NoServers() {
  return (
    <Notice title="No resource server has registered scopes yet">
      <p>A resource server registers its scopes when it starts, or from the command line:</p>
      <p class="command">
        <code>{REGISTER}</code> <CopyButton text={REGISTER} label="Copy the command" />
      </p>
    </Notice>
  );
}
