import { useState } from "preact/hooks";
import { ClientTable } from "../clients/client-table.tsx";
import { go } from "../navigation/navigation.ts";
import { NameField } from "../parts/name-field.tsx";
import { NeedsRight } from "../parts/needs-right.tsx";
import { PageTitle } from "../parts/page-title.tsx";
import { useRights } from "../sign-in/use-rights.ts";

/** The clients that have a policy or grants. */
export function ClientsPage() {
  const { admin } = useRights();
  return (
    <>
      <PageTitle>Clients</PageTitle>
      {admin ? (
        <>
          <p class="hint">
            Those that have a ceiling, defaults or grants. Any other may ask for every scope that is not restricted.
          </p>
          <OpenClient />
          <ClientTable />
        </>
      ) : (
        <NeedsRight what="What clients may ask for" />
      )}
    </>
  );
}

/** Leads to a client, also one that has nothing yet. */
function OpenClient() {
  const [id, setId] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (id.trim() !== "") go({ page: "client", id: id.trim() });
  };
  return (
    <form class="form open-client" onSubmit={submit}>
      <NameField label="Client" value={id} onValue={setId} />
      <button type="submit" class="button quiet">
        Open
      </button>
    </form>
  );
}
