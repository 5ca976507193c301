/** Event patterns select what EventBridge's user guide and AWS's own matcher say that they select. */
import { describe, expect, it } from "vitest";
import { InvalidPatternError, compilePattern } from "../../../src/adapters/bus/eventPattern.js";

const event = {
  version: "0",
  "detail-type": "Instance State-change Notification",
  source: "aws.ec2",
  time: "2017-10-02T16:24:49Z",
  region: "us-east-1",
  resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-1", "arn:aws:ec2:us-east-1:123456789012:instance/i-2"],
  detail: {
    "c-count": 5,
    "x-limit": 301.8,
    "source-ip": "10.0.0.33",
    state: "running",
    empty: "",
    nothing: null,
    flag: true,
    path: "/lib/a*b/file.png",
    none: [],
    nested: { state: "deep" },
    employees: [
      { first: "Anna", last: "Smith", tags: ["x", "y"] },
      { first: "Peter", last: "Jones" },
    ],
  },
};

const matches = (pattern: unknown) => compilePattern(pattern)(event);
const detail = (inner: unknown) => matches({ detail: inner });

describe("an event pattern", () => {
  it.each<[string, unknown, boolean]>([
    ["all fields", { source: ["aws.ec2"], detail: { state: ["running"] } }, true],
    ["one field of two", { source: ["aws.ec2"], detail: { state: ["stopped"] } }, false],
    ["one value of several", { detail: { state: ["stopped", "running"] } }, true],
    ["an element of an array", { resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-2"] }, true],
    ["no element of an array", { resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-3"] }, false],
    ["a number written otherwise", { detail: { "x-limit": [3.018e2] } }, true],
    ["a number for its text", { detail: { "c-count": ["5"] } }, false],
    ["a boolean", { detail: { flag: [true] } }, true],
    ["a boolean for its text", { detail: { flag: ["true"] } }, false],
    ["null", { detail: { nothing: [null] } }, true],
    ["an empty text", { detail: { empty: [""] } }, true],
    ["an empty text for null", { detail: { nothing: [""] } }, false],
    ["names with dots as a path", { "detail.state": ["running"] }, true],
    ["a field that is not there", { account: ["1"] }, false],
    ["a leaf where the event has an object", { detail: { nested: ["deep"] } }, false],
  ])("compares exactly: %s", (_, pattern, expected) => {
    expect(matches(pattern)).toBe(expected);
  });

  it.each<[unknown, boolean]>([
    [{ time: [{ prefix: "2017-10-02" }] }, true],
    [{ time: [{ prefix: "2018" }] }, false],
    [{ source: [{ prefix: { "equals-ignore-case": "AWS." } }] }, true],
    [{ source: [{ prefix: "AWS." }] }, false],
    [{ source: [{ suffix: "ec2" }] }, true],
    [{ source: [{ suffix: "EC2" }] }, false],
    [{ source: [{ suffix: { "equals-ignore-case": "EC2" } }] }, true],
    [{ source: [{ "equals-ignore-case": "AWS.EC2" }] }, true],
    [{ source: [{ "equals-ignore-case": "AWS" }] }, false],
    [{ detail: { "c-count": [{ prefix: "5" }] } }, false],
    [{ detail: { path: [{ wildcard: "/lib/*.png" }] } }, true],
    [{ detail: { path: [{ wildcard: "/lib/a\\*b/*" }] } }, true],
    [{ detail: { path: [{ wildcard: "/lib/a\\*c/*" }] } }, false],
    [{ detail: { path: [{ wildcard: "lib*" }] } }, false],
    [{ detail: { path: [{ wildcard: "*file.png*" }] } }, true],
    [{ detail: { path: [{ wildcard: "/lib/a*b/file?png" }] } }, false],
  ])("compares text: %j is %s", (pattern, expected) => {
    expect(matches(pattern)).toBe(expected);
  });

  it.each<[unknown, boolean]>([
    [{ "c-count": [{ numeric: [">", 0, "<=", 5] }] }, true],
    [{ "c-count": [{ numeric: [">", 0, "<", 5] }] }, false],
    [{ "c-count": [{ numeric: ["<", 10] }] }, true],
    [{ "c-count": [{ numeric: [">=", 5] }] }, true],
    [{ "c-count": [{ numeric: [">", 5] }] }, false],
    [{ "x-limit": [{ numeric: ["=", 301.8] }] }, true],
    [{ state: [{ numeric: [">", 0] }] }, false],
    [{ "source-ip": [{ cidr: "10.0.0.0/24" }] }, true],
    [{ "source-ip": [{ cidr: "10.0.1.0/24" }] }, false],
    [{ state: [{ cidr: "10.0.0.0/8" }] }, false],
    [{ "source-ip": [{ cidr: "::/0" }] }, false],
  ])("compares numbers and addresses: %j is %s", (pattern, expected) => {
    expect(detail(pattern)).toBe(expected);
  });

  it.each<[unknown, boolean]>([
    [{ state: [{ "anything-but": "running" }] }, false],
    [{ state: [{ "anything-but": "stopped" }] }, true],
    [{ state: [{ "anything-but": ["stopped", "running"] }] }, false],
    [{ "x-limit": [{ "anything-but": [100, 301.8] }] }, false],
    [{ "x-limit": [{ "anything-but": 100 }] }, true],
    [{ "c-count": [{ "anything-but": "5" }] }, true],
    [{ state: [{ "anything-but": { prefix: "run" } }] }, false],
    [{ state: [{ "anything-but": { prefix: ["stop", "run"] } }] }, false],
    [{ state: [{ "anything-but": { suffix: "ed" } }] }, true],
    [{ state: [{ "anything-but": { "equals-ignore-case": "RUNNING" } }] }, false],
    [{ path: [{ "anything-but": { wildcard: "/lib/*" } }] }, false],
    [{ nothing: [{ "anything-but": "running" }] }, true],
    [{ absent: [{ "anything-but": "running" }] }, false],
    [{ employees: { first: [{ "anything-but": "Anna" }] } }, true],
    [{ employees: { first: [{ "anything-but": ["Anna", "Peter"] }] } }, false],
  ])("takes anything but some: %j is %s", (pattern, expected) => {
    expect(detail(pattern)).toBe(expected);
  });

  it.each<[unknown, boolean]>([
    [{ state: [{ exists: true }] }, true],
    [{ state: [{ exists: false }] }, false],
    [{ nothing: [{ exists: true }] }, true],
    [{ absent: [{ exists: false }] }, true],
    [{ absent: [{ exists: true }] }, false],
    [{ none: [{ exists: false }] }, true],
    [{ nested: [{ exists: false }] }, true],
    [{ absent: [{ exists: false }, "running"] }, true],
    [{ state: [{ exists: false }, "running"] }, true],
    [{ absent: { deeper: [{ exists: false }] } }, true],
  ])("asks whether a field is there: %j is %s", (pattern, expected) => {
    expect(detail(pattern)).toBe(expected);
  });

  it.each<[unknown, boolean]>([
    [{ employees: { first: ["Anna"] } }, true],
    [{ employees: { first: ["Anna"], last: ["Smith"] } }, true],
    [{ employees: { first: ["Anna"], last: ["Jones"] } }, false],
    [{ employees: { first: ["Anna"], tags: ["y"] } }, true],
    [{ employees: { first: ["Peter"], tags: ["y"] } }, false],
    [{ state: ["running"], employees: { first: ["Peter"], last: ["Jones"] } }, true],
  ])("takes fields of objects in an array from one element: %j is %s", (pattern, expected) => {
    expect(detail(pattern)).toBe(expected);
  });

  it.each<[unknown, boolean]>([
    [{ $or: [{ source: ["aws.ec2"] }, { source: ["aws.s3"] }] }, true],
    [{ $or: [{ source: ["aws.s3"] }, { region: ["us-east-1"] }] }, true],
    [{ $or: [{ source: ["aws.s3"] }, { region: ["eu-west-1"] }] }, false],
    [{ source: ["aws.s3"], $or: [{ region: ["us-east-1"] }, { version: ["0"] }] }, false],
    [{ $or: [{ source: ["aws.s3"] }, { region: ["us-east-1"], version: ["1"] }] }, false],
    [{ detail: { $or: [{ state: ["stopped"] }, { "c-count": [{ numeric: ["<", 10] }] }] } }, true],
    [
      { detail: { $or: [{ state: ["stopped"] }, { flag: [true], $or: [{ empty: ["x"] }, { nothing: [null] }] }] } },
      true,
    ],
    [
      { $or: [{ source: ["x"] }, { source: ["aws.ec2"] }], detail: { $or: [{ flag: [false] }, { state: ["no"] }] } },
      false,
    ],
  ])("takes either of several with $or: %j is %s", (pattern, expected) => {
    expect(matches(pattern)).toBe(expected);
  });

  it.each<[string, unknown]>([
    ["no object", "text"],
    ["an array at the top", [1]],
    ["an empty object", {}],
    ["an empty array", { source: [] }],
    ["a bare value", { source: "aws.ec2" }],
    ["an unknown operator", { source: [{ contains: "x" }] }],
    ["two operators in one object", { source: [{ prefix: "a", suffix: "b" }] }],
    ["no operator", { source: [{}] }],
    ["an array in an array", { source: [["x"]] }],
    ["a prefix that is no text", { source: [{ prefix: 1 }] }],
    ["a prefix with another operator", { source: [{ prefix: { wildcard: "a" } }] }],
    ["two stars in a row", { source: [{ wildcard: "a**b" }] }],
    ["an escape of another character", { source: [{ wildcard: "a\\b" }] }],
    ["an escape at the end", { source: [{ wildcard: "a\\" }] }],
    ["numeric without a number", { source: [{ numeric: ["=", "1"] }] }],
    ["numeric with an unknown comparison", { source: [{ numeric: ["!=", 1] }] }],
    ["numeric with three parts", { source: [{ numeric: [">", 1, "<"] }] }],
    ["numeric with bounds the wrong way round", { source: [{ numeric: ["<", 1, ">", 0] }] }],
    ["numeric with an empty span", { source: [{ numeric: [">", 5, "<", 5] }] }],
    ["numeric out of range", { source: [{ numeric: [">", 6e9] }] }],
    ["anything-but of mixed kinds", { source: [{ "anything-but": ["a", 1] }] }],
    ["anything-but of nothing", { source: [{ "anything-but": [] }] }],
    ["anything-but of a boolean", { source: [{ "anything-but": true }] }],
    ["anything-but of an unknown operator", { source: [{ "anything-but": { numeric: [">", 1] } }] }],
    ["exists without a boolean", { source: [{ exists: "yes" }] }],
    ["an address without bits", { source: [{ cidr: "10.0.0.1" }] }],
    ["too many bits", { source: [{ cidr: "10.0.0.1/33" }] }],
    ["$or with one branch", { $or: [{ source: ["a"] }] }],
    ["$or with a branch that is no object", { $or: [{ source: ["a"] }, 1] }],
    ["an operator as a field in $or", { $or: [{ prefix: ["a"] }, { source: ["a"] }] }],
  ])("is refused with %s", (_, pattern) => {
    expect(() => compilePattern(pattern)).toThrow(InvalidPatternError);
  });

  it("says where it is wrong", () => {
    expect(() => compilePattern({ detail: { state: [{ like: "x" }] } })).toThrow(
      "detail.state: there is no operator like",
    );
    expect(() => compilePattern(1)).toThrow("the pattern: must be an object");
  });

  it("does not touch names that every object has", () => {
    expect(compilePattern({ constructor: [{ exists: true }] })(event)).toBe(false);
    expect(() => compilePattern({ source: [{ numeric: ["constructor", 1] }] })).toThrow(InvalidPatternError);
  });
});
