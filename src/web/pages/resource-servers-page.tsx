import { PageTitle } from "../parts/page-title.tsx";
import { KnownServers } from "../resource-servers/known-servers.tsx";
import { ServersOfScopes } from "../resource-servers/servers-of-scopes.tsx";
import { useRights } from "../sign-in/use-rights.ts";

/** Who has registered scopes: with their settings, for who may see those. */
export function ResourceServersPage() {
  const { admin } = useRights();
  return (
    <>
      <PageTitle>Resource servers</PageTitle>
      {admin ? <KnownServers /> : <ServersOfScopes />}
    </>
  );
}
