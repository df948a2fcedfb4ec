import { sumOfUsages } from "../../../test/support/process-usage.ts";
import type { Django } from "../../peers/django/start-django.ts";
import { clientOf } from "../../registry/registry-client.ts";
import type { RegistryProcess } from "../../registry/registry-process.ts";
import { djangoSide } from "../extension/django-side.ts";
import type { Side } from "../extension/side.ts";

/** The authorization server that follows a registry, as a side of the comparison: the registry takes part. */
export async function followingSide(django: Django, registry: RegistryProcess): Promise<Side> {
  const usage = async () => sumOfUsages(await django.usage(), await registry.usage());
  const owner = await clientOf(registry, "new-api", "scope_registry.register");
  return {
    ...djangoSide({ ...django, usage }),
    async register(name) {
      await owner.registerScopes({ scopes: [{ name, description: "New" }] });
    },
  };
}
