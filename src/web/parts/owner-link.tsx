import { hrefOf } from "../navigation/place.ts";

/** The resource server that owns a scope, which leads to its page. */
export function OwnerLink({ owner }: { readonly owner: string }) {
  if (owner === "") return <>The registry itself</>;
  return (
    <a class="breakable" href={hrefOf({ page: "resource-server", name: owner })}>
      <bdi>{owner}</bdi>
    </a>
  );
}
