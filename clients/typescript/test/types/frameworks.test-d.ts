/** The guards beside the types of the real frameworks, checked by the compiler alone: nothing here is run. */
import type { ServerInterceptor, ServerUnaryCall } from "@grpc/grpc-js";
import type { PresentedToken, ProtectedResource } from "@scope-registry/client";
import { guardExpress } from "@scope-registry/client/express";
import { guardFastify } from "@scope-registry/client/fastify";
import { guardFetch } from "@scope-registry/client/fetch";
import { guardGrpc } from "@scope-registry/client/grpc";
import { guardHono, type HonoGuardVariables } from "@scope-registry/client/hono";
import express, { type RequestHandler } from "express";
import { fastify } from "fastify";
import { Hono } from "hono";
import { type Equals, expectType } from "./equals.ts";

declare const resource: ProtectedResource;
declare const call: ServerUnaryCall<object, object>;

const expressGuard = guardExpress(resource);
express().get(expressGuard.metadataPath, expressGuard.serveMetadata).use(expressGuard.requireScopes("a b"));
const handler: RequestHandler = (request, response) => void response.json(expressGuard.tokenOf(request).scopes);
express().get("/", expressGuard.requireScopes(["a", "b"]), handler);
expectType<Equals<ReturnType<typeof expressGuard.tokenOf>, PresentedToken>>();

const fastifyGuard = guardFastify(resource);
const app = fastify();
app.route(fastifyGuard.metadataRoute);
app.get("/", { onRequest: fastifyGuard.requireScopes("a") }, async (request) => fastifyGuard.tokenOf(request).clientId);

const honoGuard = guardHono(resource);
new Hono<{ Variables: HonoGuardVariables }>()
  .get(honoGuard.metadataPath, honoGuard.serveMetadata)
  .get("/", honoGuard.requireScopes("a"), (context) => context.text(context.get("auth").clientId));

const fetchGate = guardFetch(resource).requireScopes("a");
expectType<Equals<ReturnType<typeof fetchGate>, Promise<Response>>>();
fetchGate(new Request("https://api.example.com/"), ({ clientId }) => new Response(clientId));

const grpcGuard = guardGrpc(resource, { methods: { "/a.B/C": "a" }, publicMethods: ["/grpc.health.v1.Health/Check"] });
expectType<Equals<typeof grpcGuard.interceptor, ServerInterceptor>>();
expectType<Equals<ReturnType<typeof grpcGuard.tokenOf>, PresentedToken>>();
grpcGuard.tokenOf(call);

// @ts-expect-error scopes are texts
expressGuard.requireScopes(1);
// @ts-expect-error it has to be said what each method needs
guardGrpc(resource, {});
// @ts-expect-error a handler answers
fetchGate(new Request("https://api.example.com/"), () => "text");
