import { expect, test } from "vitest";
import { homeAddress, routeOf } from "./route";

const at = (address: string) => routeOf(new URL(address, "https://shop.example"));

test("addresses mean pages", () => {
  expect(at("/")).toEqual({ page: "home", kind: "", words: "" });
  expect(at("/?kind=To+wear&q=wool#collection")).toEqual({ page: "home", kind: "To wear", words: "wool" });
  expect(at("/p/harbour-mug?v=2")).toEqual({ page: "product", slug: "harbour-mug", address: "/p/harbour-mug?v=2" });
  expect(at("/cart")).toEqual({ page: "cart" });
  for (const lost of ["/p/", "/p/a/b", "/carts", "/console"]) expect(at(lost), lost).toEqual({ page: "lost" });
});

test("a filter and its address are the same thing", () => {
  for (const filter of [{ kind: "", words: "" }, { kind: "Bed and bath", words: "" }, { kind: "", words: "50 % wool & more" }]) {
    expect(at(homeAddress(filter))).toEqual({ page: "home", ...filter });
  }
});
