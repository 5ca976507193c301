/** Which addresses may be fetched, as far as their text shows: the ways in which people write one that leads inside. */
import { describe, expect, it } from "vitest";
import { isPublicAddress } from "../../../src/adapters/web/addressGuard.js";
import { createUrlCheck } from "../../../src/adapters/web/urlCheck.js";

const check = createUrlCheck({ allowedHosts: [] });

describe("an address of a source", () => {
  it.each([
    "https://www.fda.gov",
    "https://clinicaltrials.gov/search?cond=Obesity#results",
    "https://www.example.org:8443/a/b",
    "https://münchen.de/",
    "https://93.184.216.34/",
    "https://[2606:2800:220:1:248:1893:25c8:1946]/",
  ])("may be %s", (url) => {
    expect(check(url)).toBeUndefined();
  });

  it.each([
    ["ftp://www.fda.gov/", "must be an https address"],
    ["http://www.fda.gov/", "must be an https address"],
    ["file:///etc/passwd", "must be an https address"],
    ["javascript:alert(1)", "must be an https address"],
    ["gopher://127.0.0.1:6379/_FLUSHALL", "must be an https address"],
    ["https://user@www.fda.gov/", "must not hold credentials"],
    ["https://:secret@www.fda.gov/", "must not hold credentials"],
    ["www.fda.gov", "must be an address such as https://www.example.org/news"],
    ["", "must be an address such as https://www.example.org/news"],
    [`https://www.fda.gov/${"a".repeat(1_000)}`, "must have at most 1000 characters"],
  ])("is not %s: %s", (url, problem) => {
    expect(check(url)).toBe(problem);
  });

  it.each([
    ["a name of this machine", "https://localhost/"],
    ["such a name with its dot", "https://LOCALHOST./"],
    ["a name within it", "https://app.localhost/"],
    ["a name of the network here", "https://printer.local/"],
    ["a name of a company's network", "https://wiki.corp/"],
    ["a cloud's own name", "https://metadata.google.internal/computeMetadata/v1/"],
    ["a name of a single word", "https://intranet/"],
    ["loopback", "https://127.0.0.1/"],
    ["loopback, in short", "https://127.1/"],
    ["loopback as one number", "https://2130706433/"],
    ["loopback in hexadecimal", "https://0x7f000001/"],
    ["loopback in octal", "https://0177.0.0.1/"],
    ["loopback in full width", "https://１２７.０.０.１/"],
    ["any address of this machine", "https://0.0.0.0/"],
    ["a private network", "https://10.1.2.3/"],
    ["another private network", "https://192.168.0.1:8443/"],
    ["a third one", "https://172.31.255.255/"],
    ["the metadata of a cloud", "https://169.254.169.254/latest/meta-data/"],
    ["a carrier's network", "https://100.64.0.1/"],
    ["networks for tests", "https://198.18.0.1/"],
    ["many at a time", "https://224.0.0.1/"],
    ["all at a time", "https://255.255.255.255/"],
    ["loopback of IPv6", "https://[::1]/"],
    ["no address of IPv6", "https://[::]/"],
    ["an address of IPv4 in one of IPv6", "https://[::ffff:127.0.0.1]/"],
    ["the same in hexadecimal", "https://[::ffff:7f00:1]/"],
    ["the old way to do so", "https://[::127.0.0.1]/"],
    ["what is translated to a private one", "https://[64:ff9b::10.0.0.1]/"],
    ["a tunnel to a private one", "https://[2002:7f00:1::]/"],
    ["a private network of IPv6", "https://[fd12:3456::1]/"],
    ["a link of IPv6", "https://[fe80::1]/"],
    ["documentation", "https://[2001:db8::1]/"],
  ])("is not %s (%s)", (_what, url) => {
    expect(check(url)).toBe("must be an address of the public web");
  });

  it("may be a host that is allowed by name, on its port only, by http or https", () => {
    const allowing = createUrlCheck({ allowedHosts: ["127.0.0.1:8080", "wiki.corp"] });
    expect(allowing("http://127.0.0.1:8080/x")).toBeUndefined();
    expect(allowing("http://wiki.corp:99/x")).toBeUndefined();
    expect(allowing("https://WIKI.corp/x")).toBeUndefined();
    expect(allowing("https://127.0.0.1:8081/x")).toBe("must be an address of the public web");
    expect(allowing("http://127.0.0.1/x")).toBe("must be an https address");
    expect(allowing("ftp://wiki.corp/x")).toBe("must be an https address");
    expect(allowing("http://user@wiki.corp/x")).toBe("must not hold credentials");
    expect(allowing("https://other.corp/x")).toBe("must be an address of the public web");
  });

  it("that has port 80 or 443 may be allowed with it", () => {
    const allowing = createUrlCheck({ allowedHosts: ["wiki.corp:80", "docs.corp:443"] });
    expect(allowing("http://wiki.corp/")).toBeUndefined();
    expect(allowing("https://docs.corp/")).toBeUndefined();
    expect(allowing("https://wiki.corp/")).toBe("must be an address of the public web");
  });
});

describe("a public address", () => {
  it.each(["8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"])("is %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(["", "localhost", "fe80::1%eth0", "4000::1", "64:ff9b:1::1", "3fff::1", "192.88.99.1"])(
    "is not %s",
    (address) => {
      expect(isPublicAddress(address)).toBe(false);
    },
  );
});
