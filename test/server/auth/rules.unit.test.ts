/** Deny by default: every root field states who may use it, and one that does not is open to nobody. */
import { execute, parse } from "graphql";
import { Authorized, Mutation, Query, Resolver } from "type-graphql";
import { describe, expect, it } from "vitest";
import { accessProblem, authChecker, grants, isRole, roles } from "../../../src/resolvers/index.js";
import type { Caller, Role } from "../../../src/resolvers/index.js";
import { buildGraphQLSchema, leastRoleOf } from "../../../src/schema/schema.js";
import { buildSchema } from "../../../src/server/composition.js";

const schema = buildSchema();
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
const fields = roots.flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field) => [`${type?.name}.${field.name}`, field] as const),
);

describe("every field of Query, Mutation and Subscription", () => {
  it("states the least role that may use it", () => {
    expect(fields.length).toBeGreaterThan(30);
    expect(fields.filter(([, field]) => !isRole(leastRoleOf(field))).map(([name]) => name)).toEqual([]);
  });

  it("that changes something takes more than a reader", () => {
    const open = fields.filter(([name, field]) => name.startsWith("Mutation.") && leastRoleOf(field) === "VIEWER");
    expect(open.map(([name]) => name)).toEqual([]);
  });
});

describe("the roles", () => {
  const may = (role: Role, least: Role) => accessProblem({ roles: [role], projects: "all" }, least) === undefined;

  it("include each other as stated, and nothing beyond", () => {
    const table = roles.map((role) => [role, roles.filter((least) => may(role, least))]);
    expect(Object.fromEntries(table)).toEqual(grants);
    expect(grants.WORKER).not.toContain("RESPONDER");
    expect(grants.OPERATOR).not.toContain("WORKER");
    expect([...grants.ADMIN].sort()).toEqual([...roles].sort());
  });

  it("of one caller add up; without any, nothing is open", () => {
    const caller = { roles: ["RESPONDER", "WORKER"], projects: "all" } as const;
    expect(accessProblem(caller, "WORKER")).toBeUndefined();
    expect(accessProblem(caller, "RESPONDER")).toBeUndefined();
    expect(accessProblem(caller, "OPERATOR")).toMatch(/role OPERATOR/);
    for (const least of roles) expect(accessProblem({ roles: [], projects: "all" }, least)).toBeDefined();
  });

  it("that run the system need all projects", () => {
    for (const least of ["OPERATOR", "ADMIN"] as const) {
      expect(accessProblem({ roles: ["ADMIN"], projects: ["a"] }, least)).toMatch(/all projects/);
    }
    expect(accessProblem({ roles: ["ADMIN"], projects: ["a"] }, "RESPONDER")).toBeUndefined();
  });
});

describe("a root field", () => {
  @Resolver()
  class Fields {
    @Query(() => String, { description: "Nobody said who may use it." })
    forgotten(): string {
      return "told";
    }

    @Authorized("EVERYBODY")
    @Query(() => String, { description: "Its rule names no role." })
    misspelled(): string {
      return "told";
    }

    @Authorized("VIEWER", "ADMIN")
    @Query(() => String, { description: "Its rule is two." })
    ambiguous(): string {
      return "told";
    }

    @Authorized("RESPONDER")
    @Mutation(() => String, { description: "Its rule is sound." })
    ruled(): string {
      return "done";
    }
  }
  const small = buildGraphQLSchema([Fields], { authChecker });
  const admin: Caller = { actor: { kind: "USER", id: "ana" }, roles: ["ADMIN"], projects: "all", authenticated: true };

  const ask = async (text: string, caller = admin) => {
    const denied: unknown[] = [];
    const contextValue = {
      caller,
      attempt: { named: new Map() },
      audit: { denied: (what: unknown) => void denied.push(what) },
    };
    const { data, errors } = await execute({ schema: small, document: parse(text), contextValue });
    return { data, messages: errors?.map(({ message }) => message) ?? [], denied };
  };

  it.each(["forgotten", "misspelled", "ambiguous"])("whose rule is %s is refused to an ADMIN", async (name) => {
    const { data, messages } = await ask(`{ ${name} }`);
    expect(data).toBeNull();
    expect(messages).toEqual([expect.stringContaining(name)]);
  });

  it("whose rule is sound is open to who it names, and the attempt of any other is noted", async () => {
    expect(await ask("mutation Do { ruled }")).toEqual({ data: { ruled: "done" }, messages: [], denied: [] });
    const refused = await ask("mutation Do { ruled }", { ...admin, roles: ["VIEWER"] });
    expect(refused.data).toBeNull();
    expect(refused.messages).toEqual(["You may not use Mutation.ruled: it takes the role RESPONDER"]);
    expect(refused.denied).toEqual([{ reason: "FORBIDDEN", field: "Mutation.ruled" }]);
  });
});
