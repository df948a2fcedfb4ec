import { Code, ConnectError } from "@connectrpc/connect";
import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { NotShown } from "./not-shown.tsx";
import { Notice } from "./notice.tsx";

/** Why the registry did not answer, and what to do about it. */
export function Problem({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { code, rawMessage } = ConnectError.from(error);
  if (code === Code.Unauthenticated || code === Code.PermissionDenied) return <NotShown what="this" why={rawMessage} />;
  if (code === Code.NotFound || code === Code.InvalidArgument) {
    return (
      <Notice title="The registry does not know this">
        <p>{rawMessage}.</p>
      </Notice>
    );
  }
  return (
    <NoAnswer why={code === Code.Unknown ? "It cannot be reached from this browser" : rawMessage} onRetry={onRetry} />
  );
}

/** It is tried again by itself once the feed says that the registry is there again. */
function NoAnswer({ why, onRetry }: { readonly why: string; readonly onRetry: () => void }) {
  const { feed } = useCatalogue();
  const phase = useComputed(() => feed.status.value.phase).value;
  const before = useRef(phase);
  useEffect(() => {
    if (phase === "live" && before.current !== "live") onRetry();
    before.current = phase;
  }, [phase]);
  return (
    <Notice title="The registry does not answer">
      <p>{why}.</p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </Notice>
  );
}
