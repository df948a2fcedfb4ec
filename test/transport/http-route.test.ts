import { expect, it } from "vitest";
import { findRoute, type HttpRoute } from "../../src/transport/http/http-route.ts";

const route = (): HttpRoute => async () => ({ status: 200 });
const [exact, all, files] = [route(), route(), route()];
const routes = {
  exact: new Map([["/a/b", exact]]),
  below: new Map([
    ["/a/", all],
    ["/a/files/", files],
  ]),
};

it.each([
  ["/a/b", exact],
  ["/a/c", all],
  ["/a/", all],
  ["/a/files", all],
  ["/a/files/x/y", files],
  ["/a", undefined],
  ["/b/a/", undefined],
  ["/", undefined],
  ["", undefined],
])("finds what is at %j", (path, found) => {
  expect(findRoute(routes, path)).toBe(found);
});

it("finds nothing below where nothing is below anything", () => {
  expect(findRoute({ exact: routes.exact }, "/a/c")).toBeUndefined();
});
