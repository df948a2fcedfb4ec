import { useEffect, useState } from "preact/hooks";

/** For how long it is said, in milliseconds. */
const SAID_MS = 6_000;

/** Says for some seconds that what one looks at has just changed. `revision`: that of the change; 0: nothing has. */
export function ChangedMark({ revision }: { readonly revision: number }) {
  const [said, setSaid] = useState(0);
  useEffect(() => {
    if (revision === 0) return;
    const timer = setTimeout(() => setSaid(revision), SAID_MS);
    return () => clearTimeout(timer);
  }, [revision]);
  return (
    <span class="changed-mark" role="status">
      {revision > said ? "Changed just now" : ""}
    </span>
  );
}
