// The OpenAPI 3.1 document of the control API, made from the routes.
import { z } from "zod";
import { pathParameters, type Route, ROUTES } from "./routes.js";

type Json = Readonly<Record<string, unknown>>;

const ERROR = { description: "Refused", content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } };

export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {
    "/v1/events": { get: { operationId: "events", summary: "What happens, as it happens", parameters: [EVENT_KINDS], responses: { 200: { description: "Server-sent events, each with JSON data", content: { "text/event-stream": { schema: { type: "string" } } } }, default: ERROR } } },
    "/v1/openapi.json": { get: { operationId: "openapi", summary: "This document", responses: { 200: { description: "Answered", content: { "application/json": { schema: { type: "object" } } } }, default: ERROR } } },
  };
  for (const [name, route] of Object.entries(ROUTES)) (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(name, route);
  return {
    openapi: "3.1.0", info: { title: "Ouro's control API", version, description: "Every route asks for the token of the home." },
    servers: [{ url: "http://127.0.0.1:{port}", variables: { port: { default: "0" } } }], security: [{ token: [] }], paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Error: schemaOf(z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) })) },
    },
  };
}

const EVENT_KINDS = { name: "kinds", in: "query", required: false, description: "Only these, separated by commas", schema: { type: "string" } };

function operationOf(name: string, { method, path, summary, parameters, result }: Route): Json {
  const { properties = {}, required = [] } = schemaOf(parameters) as { properties?: Record<string, Json>; required?: string[] };
  const inPath = pathParameters(path);
  const rest = Object.keys(properties).filter((each) => !inPath.includes(each));
  const listed = [...inPath, ...(method === "GET" ? rest : [])].map((each) => ({
    name: each, in: inPath.includes(each) ? "path" : "query", required: required.includes(each), description: properties[each]?.["description"], schema: properties[each],
  }));
  const body = method === "POST" && rest.length > 0 ? { requestBody: { required: true, content: { "application/json": { schema: bodyOf(parameters, inPath) } } } } : {};
  const content = result === undefined ? { "text/plain": { schema: { type: "string" } } } : { "application/json": { schema: schemaOf(result) } };
  return { operationId: name, summary, parameters: listed, ...body, responses: { 200: { description: "Answered", content }, default: ERROR } };
}

function bodyOf(parameters: z.ZodObject, inPath: readonly string[]): Json {
  return schemaOf(z.strictObject(Object.fromEntries(Object.entries(parameters.shape).filter(([name]) => !inPath.includes(name)))));
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io: "output" }) as Json & { $schema?: unknown };
  return rest;
}
