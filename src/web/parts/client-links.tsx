import { hrefOf } from "../navigation/place.ts";

/** Clients, each leading to what it may ask for. One without a name is none that a policy could be of. */
export function ClientLinks({ ids }: { readonly ids: readonly string[] }) {
  return (
    <>
      {ids.map((id, at) => (
        <span key={id}>
          {at > 0 && ", "}
          <ClientLink id={id} />
        </span>
      ))}
    </>
  );
}

/** A client that leads to what it may ask for. */
export function ClientLink({ id }: { readonly id: string }) {
  if (id === "") return <span class="hint">without a client</span>;
  return (
    <a href={hrefOf({ page: "client", id })}>
      <bdi class="client-id">{id}</bdi>
    </a>
  );
}
