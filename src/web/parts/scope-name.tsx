import { Fragment } from "preact";
import { hrefOf } from "../navigation/place.ts";

/** Behind what a long name may go on in the next line. */
const SEPARATORS = /(?<=[:/._-])/;

/** A name in a monospaced face, which may break behind its separators. */
export function ScopeName({ name }: { readonly name: string }) {
  return (
    <bdi class="scope-name">
      {name.split(SEPARATORS).map((part, at) => (
        <Fragment key={at}>
          {at > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </bdi>
  );
}

/** A name that leads to its scope. */
export function ScopeLink({ name }: { readonly name: string }) {
  return (
    <a class="scope-link" href={hrefOf({ page: "scope", name })}>
      <ScopeName name={name} />
    </a>
  );
}

/** Names, each in a line of its own. */
export function ScopeNames({ names }: { readonly names: readonly string[] }) {
  return (
    <ul>
      {names.map((name) => (
        <li key={name}>
          <ScopeName name={name} />
        </li>
      ))}
    </ul>
  );
}
