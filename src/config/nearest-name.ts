/** How many edits apart a name may be to be suggested. */
const MAX_DISTANCE = 4;

/** The known name that is most like a mistyped one, if any is like it. */
export function nearestName(mistyped: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = MAX_DISTANCE + 1;
  for (const name of known) {
    const distance = editDistance(mistyped, name);
    if (distance < least) {
      nearest = name;
      least = distance;
    }
  }
  return nearest;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
