import type { Logger } from "pino";
import { createSignInMetadata } from "./auth/sign-in-metadata.ts";
import type { CatalogueSettings, SignInSettings } from "./config/catalogue-settings.ts";
import { formatListenAddress } from "./config/listen-address.ts";
import type { Settings } from "./config/settings.ts";
import type { CallPipeline } from "./transport/call-pipeline.ts";
import type { CatalogueConfig, SignIn } from "./transport/http/catalogue/catalogue-config.ts";
import { CATALOGUE_FOLDER, readCatalogueFiles } from "./transport/http/catalogue/catalogue-files.ts";
import type { CatalogueParts } from "./transport/http/catalogue/catalogue-routes.ts";

/**
 * What the catalogue page is made of, by the settings; undefined: there is none.
 *
 * @param grpcPort the port that the gRPC port has turned out to be
 * @param openPipeline makes the pipeline that admits callers without a token as such that may read
 */
export function catalogueParts(
  settings: Settings,
  grpcPort: number,
  logger: Logger,
  openPipeline: () => CallPipeline,
): CatalogueParts | undefined {
  const { catalogue } = settings;
  if (catalogue === undefined) return undefined;
  const files = readCatalogueFiles(CATALOGUE_FOLDER);
  if (files === undefined) logger.warn("The catalogue has not been built, its pages answer 503: run npm run build");
  return {
    files,
    config: configOf(settings, catalogue, grpcPort),
    signIn: catalogue.signIn && signInAt(catalogue.signIn, logger),
    openPipeline: catalogue.access === "open" ? openPipeline() : undefined,
  };
}

function configOf(settings: Settings, catalogue: CatalogueSettings, grpcPort: number): CatalogueConfig {
  const { read, admin, register, validate } = settings.scopeNames;
  return {
    access: catalogue.access === "open" ? "open" : "sign_in",
    dev: settings.dev,
    grpc_address: catalogue.publicGrpcAddress ?? formatListenAddress({ ...settings.grpcAddress, port: grpcPort }),
    grpc_tls: catalogue.publicGrpcTls ?? settings.tls !== undefined,
    audience: settings.audience,
    scopes: { read, admin, register, validate },
    issuers: settings.issuers.map(({ issuer }) => issuer),
  };
}

function signInAt({ issuer, clientId }: SignInSettings, logger: Logger): SignIn {
  const onProblem = (err: unknown) => logger.warn({ err, issuer }, "Nobody can sign in to the catalogue at the moment");
  return { issuer, clientId, metadata: createSignInMetadata({ issuer, onProblem }) };
}
