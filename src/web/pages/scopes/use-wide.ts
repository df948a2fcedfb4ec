import { useEffect, useState } from "preact/hooks";

/** Whether the window has room for columns: the same bound as in the styles. */
export function useWide(): boolean {
  const [query] = useState(() => matchMedia("(width >= 720px)"));
  const [wide, setWide] = useState(query.matches);
  useEffect(() => {
    const look = () => setWide(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return wide;
}
