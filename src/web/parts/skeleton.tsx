import { useEffect, useState } from "preact/hooks";

/** Before this, what is awaited leaves the page as it is, in milliseconds. */
const PATIENCE_MS = 150;

/** Stands for what is awaited, once that takes long enough to say so. */
export function Skeleton({ rows }: { readonly rows: number }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!slow) return null;
  return (
    <div class="skeletons" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} class="skeleton" />
      ))}
    </div>
  );
}
