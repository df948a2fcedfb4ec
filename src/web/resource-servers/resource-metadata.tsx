import { useState } from "preact/hooks";
import { CopyButton } from "../parts/copy-button.tsx";
import { ScopeName } from "../parts/scope-name.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useAnswer } from "../parts/use-answer.ts";

/** A resource, with the metadata that the registry serves for it (RFC 9728), read once somebody wants to see it. */
export function ResourceMetadata({ resource }: { readonly resource: string }) {
  const [open, setOpen] = useState(false);
  const path = `/.well-known/oauth-protected-resource/${encodeURIComponent(resource)}`;
  return (
    <details class="resource" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <ScopeName name={resource} />
      </summary>
      {open && <Document path={path} />}
    </details>
  );
}

function Document({ path }: { readonly path: string }) {
  const [answer] = useAnswer((signal) => readDocument(path, signal), path, []);
  const url = location.origin + path;
  return (
    <figure class="snippet">
      <figcaption>
        <a class="breakable" href={path} target="_blank" rel="noreferrer">
          {url}
        </a>
        <CopyButton text={url} label="Copy the address of the metadata" />
      </figcaption>
      {answer.kind === "waiting" && <Skeleton rows={3} />}
      {answer.kind === "failed" && <p class="hint">The metadata cannot be read at the moment.</p>}
      {answer.kind === "answered" && (
        <pre>
          <code>{answer.value}</code>
        </pre>
      )}
    </figure>
  );
}

async function readDocument(path: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(path, { signal, headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`The registry answers ${response.status}`);
  return JSON.stringify(await response.json(), null, 2);
}
