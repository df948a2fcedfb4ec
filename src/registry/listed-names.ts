/** How much of a list of names an error's metadata holds, in characters: errors travel in headers, of which clients take 8 KiB. */
const MAX_METADATA_CHARACTERS = 3_000;
/** The same of its message, which travels twice, once with up to three characters for one. */
const MAX_MESSAGE_CHARACTERS = 600;

/** Names parted by spaces, as many as an error's message holds; then how many more there are. */
export function namesInMessage(names: readonly string[]): string {
  const { listed, omitted } = listUpTo(MAX_MESSAGE_CHARACTERS, names);
  if (omitted === 0) return listed;
  return listed === "" ? `${names[0]?.slice(0, MAX_MESSAGE_CHARACTERS)}...` : `${listed} and ${omitted} more`;
}

/**
 * Names parted by spaces, as many as an error's metadata holds, under `key`; and under `omitted` how many more there are,
 * where there are.
 */
export function namesInMetadata(
  key: "scopes" | "resources" | "names" | "clients",
  names: readonly string[],
): Record<string, string> {
  const { listed, omitted } = listUpTo(MAX_METADATA_CHARACTERS, names);
  return { [key]: listed, ...(omitted > 0 && { omitted: String(omitted) }) };
}

function listUpTo(length: number, names: readonly string[]): { listed: string; omitted: number } {
  let listed = "";
  for (const [at, name] of names.entries()) {
    const next = at === 0 ? name : `${listed} ${name}`;
    if (next.length > length) return { listed, omitted: names.length - at };
    listed = next;
  }
  return { listed, omitted: 0 };
}
