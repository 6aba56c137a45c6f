// Every frame of chat.v1 once, written from src/gateway/protocol/golden.rs by the test that compares them; run it
// with FRONTDESK_WRITE_TYPES=1 to write this file again.
import type { ClientFrame, ServerFrame } from "./protocol";

export const clientFrames: ClientFrame[] = [
  {"type":"hello","locale":"en","page":"https://shop.example/","client":{"name":"widget","version":"1"}},
  {"type":"hello","token":"v1.a.b","resume":{"epoch":"e.0","seq":2,"at":"2026-11-22T13:49:47.050Z"}},
  {"type":"say","id":"1","client_id":"a","body":{"kind":"text","text":"where is my parcel?"}},
  {"type":"say","id":"2","client_id":"b","body":{"kind":"choice","of":"c.2","index":0}},
  {"type":"received","seq":4},
  {"type":"read","seq":4},
  {"type":"fetch","id":"3","from":1,"to":100},
  {"type":"typing","on":true},
  {"type":"pong","n":7},
  {"type":"act","id":"4","client_id":"d","act":"human"},
  {"type":"act","id":"5","client_id":"e","act":"rate","score":5,"comment":"quick"},
  {"type":"act","id":"6","client_id":"f","act":"helped","of":"c.2","yes":true},
  {"type":"act","id":"7","client_id":"g","act":"leave_contact","email":"ann@example.com"},
  {"type":"act","id":"8","client_id":"h","act":"end"},
  {"type":"act","id":"9","client_id":"i","act":"erase"},
  {"type":"act","id":"10","client_id":"j","act":"export"},
];

export const serverFrames: ServerFrame[] = [
  {"type":"welcome","token":"v1.a.b","visitor":"v","conversation":"c","epoch":"e.0","head":0,"resumed":false,"assistant":{"name":"Pine","disclosure":"You talk with an automated assistant."},"limits":{"text":8000,"in_flight":8},"heartbeat":{"ping_ms":15000,"dead_ms":45000},"people":{"open":false}},
  {"type":"ack","re":"1","client_id":"a","message":"c.1","seq":1,"at":"2026-11-22T13:49:47.050Z","duplicate":false},
  {"type":"event","seq":1,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"said","message":"c.1","by":{"role":"shopper","name":"","ai":false},"client_id":"a","body":{"kind":"text","text":"where is my parcel?"}}},
  {"type":"event","seq":2,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"said","message":"c.2","by":{"role":"bot","name":"Pine","ai":true},"body":{"kind":"text","text":"On its way.","quick_replies":[{"title":"That helped"}],"card":{"title":"Blue mug","buttons":[{"title":"Track parcel","url":"https://shop.example/t/1"}]},"cards":[{"title":"Blue mug","buttons":[{"title":"Track parcel","url":"https://shop.example/t/1"}]},{"title":"Sand mug","text":"€14.00","image":"https://shop.example/img/mug.svg","buttons":[{"title":"View it","url":"https://shop.example/t/1"}]}],"citations":[{"article":"a","title":"A","anchor":"a-1"}]}}},
  {"type":"event","seq":3,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"said","message":"c.3","by":{"role":"shopper","name":"","ai":false},"client_id":"b","body":{"kind":"text","text":"That helped","choice":{"of":"c.2","index":0}}}},
  {"type":"event","seq":4,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"helped","of":"c.2","yes":true}},
  {"type":"event","seq":5,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"phase","phase":"waiting","reason":"asked"}},
  {"type":"event","seq":6,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"assigned","agent":"Ann"}},
  {"type":"event","seq":7,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"phase","phase":"with_agent"}},
  {"type":"event","seq":8,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"rated","score":5,"comment":"quick"}},
  {"type":"event","seq":9,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"phase","phase":"closed","reason":"ended"}},
  {"type":"event","seq":10,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"phase","phase":"bot","reason":"reopened"}},
  {"type":"event","seq":11,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"redacted"}},
  {"type":"batch","re":"3","epoch":"e.0","head":11,"events":[{"seq":1,"epoch":"e.0","at":"2026-11-22T13:49:47.050Z","event":{"kind":"said","message":"c.1","by":{"role":"shopper","name":"","ai":false},"client_id":"a","body":{"kind":"text","text":"where is my parcel?"}}}]},
  {"type":"passing","kind":"typing","by":{"role":"bot","name":"Pine","ai":true},"on":true},
  {"type":"passing","kind":"delta","message":"c.12","index":0,"text":"On "},
  {"type":"passing","kind":"queue","place":2,"wait_seconds":90},
  {"type":"passing","kind":"receipt","role":"agent","received":3,"read":2},
  {"type":"ping","n":7},
  {"type":"error","re":"1","code":"rate_limited","message":"too many messages at once","retry":true,"after_ms":2000},
  {"type":"reset","epoch":"e.1","head":11,"why":"what was said before was erased"},
  {"type":"drain","within_ms":5000},
  {"type":"bye","code":1012,"why":"the server restarts","retry":true},
];
