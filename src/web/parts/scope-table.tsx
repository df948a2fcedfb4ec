import type { StateName } from "../navigation/place.ts";
import { ScopeLink } from "./scope-name.tsx";
import { StateMark } from "./state-mark.tsx";

/** What a row says of a scope. */
export interface TableScope {
  readonly name: string;
  readonly description: string;
  readonly state: StateName;
}

/** Some scopes, as a table. */
export function ScopeTable({ scopes }: { readonly scopes: readonly TableScope[] }) {
  return (
    <table class="listing scope-table">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Description</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {scopes.map(({ name, description, state }) => (
          <tr key={name}>
            <td>
              <ScopeLink name={name} />
            </td>
            <td>
              <span class="clamped" dir="auto">
                {description}
              </span>
            </td>
            <td>
              <StateMark state={state} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
