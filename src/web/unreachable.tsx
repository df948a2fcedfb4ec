import { useState } from "preact/hooks";
import { Notice } from "./parts/notice.tsx";
import { PageTitle } from "./parts/page-title.tsx";

/** What stands in place of the page where the server has not told it what it needs. */
export function Unreachable({ onRetry }: { readonly onRetry: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const retry = async () => {
    setBusy(true);
    await onRetry();
    setBusy(false);
  };
  return (
    <main id="main">
      <PageTitle name="">Scope registry</PageTitle>
      <Notice title="The registry does not answer">
        <p role="alert">It is being restarted, or cannot be reached from this browser.</p>
        <button type="button" class="button" aria-disabled={busy} onClick={() => busy || retry()}>
          Try again
        </button>
      </Notice>
    </main>
  );
}
