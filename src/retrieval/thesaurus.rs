//! What shops and shoppers call the same thing, and words that say little in a shop's chat.
//!
//! Shoppers rarely use the words of an article. A search by words finds more when it knows that a parcel is a package. The
//! lists hold what any shop has in common; an article's own `questions` do the rest.

/// Words, of any form, that mean about the same in a shop.
pub(super) fn groups(language: &str) -> impl Iterator<Item = impl Iterator<Item = &'static str>> {
    let text = match language {
        "en" => ENGLISH,
        "de" => GERMAN,
        _ => "",
    };
    text.lines().map(str::split_whitespace)
}

/// Words of a chat that the stop word lists lack.
pub(super) fn chat_words(language: &str) -> impl Iterator<Item = &'static str> {
    match language {
        "en" => ENGLISH_CHAT,
        "de" => GERMAN_CHAT,
        _ => "",
    }
    .split_whitespace()
}

/// Words that are in half of all requests, whatever they ask for.
pub(super) fn faint_words(language: &str) -> impl Iterator<Item = &'static str> {
    match language {
        "en" => ENGLISH_FAINT,
        "de" => GERMAN_FAINT,
        _ => "",
    }
    .split_whitespace()
}

const ENGLISH: &str = "\
refund refunded reimburse reimbursement repay repaid moneyback credited
parcel package packet shipment consignment box carton
delivery deliver shipping ship dispatch courier carrier postage
arrive arrived come came reach received
damaged broken smash crack cracked smashed shattered crushed chipped scratched dented torn
defective faulty fails failed broke malfunction breaks defect
cost costs price fee fees charge charges charged expensive pay
cancel cancelled cancellation undo withdraw revoke stop
exchange swap replace replacement change switch
voucher coupon discount promo promotion
invoice bill receipt
size fit fits measurements big bigger smaller tight large larger small
wash washing washed laundry launder clean cleaning
return returning returned sendback
missing lost gone incomplete lacking forgot forgotten absent short
account profile login
delete erase remove close deletion
data information privacy gdpr
customs duty duties tax taxes import vat tariff
warranty guarantee guaranteed covered
gift present birthday
wrap wrapping wrapped ribbon
company companies business wholesale bulk corporate hotel restaurant cafe reseller resell trade b2b volume quantity
employee employees staff team
message note greeting card letter
crease creases wrinkle wrinkles iron ironing
material materials made
offer quote quotation
duplicate twice double
mistake accident accidentally error
stolen theft thief robbed
porch door doorstep
pickup collect locker packstation collection
address street house postcode
neighbour neighbor
jumper sweater pullover cardigan knitwear knit knitted
wool woollen merino
bedding sheets linen tablecloth napkin
plate plates bowl bowls mug mugs cup cups ceramics stoneware crockery dishes
dishwasher machine
packaging packed wrapper
sustainable eco environment environmentally green climate recycled recycling
quickly fast express soon
colour color
wood wooden board boards
money cash funds
bank card paypal
purchase bought buy order ordered
warehouse stock available availability
newsletter mailing subscribe unsubscribe
password login signin
";

const GERMAN: &str = "\
erstattung erstatten rückerstattung geld rückzahlung gutschrift
paket päckchen sendung lieferung karton
lieferung versand liefern verschicken zustellung zusteller bote kurier paketdienst
ankommen angekommen kommt gekommen erhalten
beschädigt kaputt zerbrochen gesprungen riss defekt scherben bruch sprung kratzer
defekt kaputtgegangen funktioniert ausfallen
kosten preis gebühr gebühren kostet teuer zahlen
stornieren stornierung abbestellen widerrufen rückgängig
umtausch umtauschen tauschen austauschen ersatz wechseln
gutschein rabatt code rabattcode aktion
rechnung beleg quittung kassenbon
größe passt passform maße größer kleiner eng weit
waschen wäsche waschmaschine reinigen sauber
rücksendung retoure zurückschicken zurücksenden rückgabe zurückgeben
fehlt fehlen vermisst verloren unvollständig vergessen weg
konto kundenkonto profil
löschen entfernen schließen
daten datenschutz persönliche dsgvo
zoll zollgebühren steuer einfuhr mehrwertsteuer
garantie gewährleistung
geschenk verschenken geburtstag
einpacken verpacken geschenkpapier schleife
firma unternehmen großhandel geschäftskunden mengenrabatt
packstation paketshop abholen abholung
adresse anschrift straße hausnummer
nachbar nachbarn
pullover pulli strickjacke strick
wolle merino
bettwäsche leinen tischdecke serviette
teller schüssel tasse becher keramik geschirr steinzeug
spülmaschine geschirrspüler
verpackung verpackt
nachhaltig umwelt klima recycling plastik
schnell express bald
holz brett schneidebrett
bestellung bestellt kaufen gekauft
";

const ENGLISH_CHAT: &str = "\
hi hello hey dear please pls plz thanks thank thx ok okay yes no hmm um oh well so just really actually maybe also too \
can could would will shall should may might must do does did done doing am is are was were be been being have has had having \
i im ive me my don doesn didn isn wasn aren couldn won wouldn haven hasn shouldn ain ve re ll me my mine myself you your yours u ur we our ours us they them their he she it its this that these those there here \
how what when where which who whom whose why if whether then than as at by for from in into of off on onto out over to up with about \
get got gets getting go goes going let lets want wanted wants need needs needed like would know tell say said says \
the a an and or but not dont doesnt didnt isnt wasnt arent cant couldnt wont wouldnt havent hasnt any some all every each other \
anything something nothing anyone someone somebody thing things stuff possible able see give given take still now again";

const GERMAN_CHAT: &str = "\
hallo hi hey moin servus guten tag bitte danke dank ok okay ja nein hm also mal denn doch halt eben schon noch nur auch sehr gern gerne \
kann kannst könnt können könnte könnten konnte will willst wollen wollte möchte möchtest möchten würde würden soll sollte muss musst müssen darf dürfen \
ich mich mir mein meine meinen meinem meiner meines du dich dir dein deine ihr euch euer eure eurem euren wir uns unser unsere es er sie sich man \
wie was wann wo wer wen wem warum wieso weshalb welche welcher welches welchen wohin woher wofür ob wenn dass das der die den dem des ein eine einen einem einer eines \
und oder aber nicht kein keine keinen im in ins an am auf aus bei beim mit nach von vom vor zu zum zur über um bis durch für gegen ohne \
ist sind bin bist war waren wird werden wurde hat habe hab habt haben hatte gibt gibts geht gehts gehen macht machen mache tun tut \
etwas was irgendwas jemand hier da dort dann jetzt wieder alles alle jede jeder jedes so als sagen sagt wissen weiß brauche brauchen fuer ueber";

const ENGLISH_FAINT: &str = "\
order orders ordered item items product products shop store website site online buy bought purchase purchased \
long much many day days week weeks month months year years yesterday today tomorrow ago last next time \
question help helps problem issue wrong new old good bad nice right way different first second one two three \
work works look looks think happen happens happened ask find found keep put send sent come came made make use used using";

const GERMAN_FAINT: &str = "\
bestellung bestellungen bestellt bestellen artikel produkt produkte ware shop laden seite online kaufen gekauft kauf \
lange lang viel viele tag tage woche wochen monat monate jahr jahre gestern heute morgen letzte letzten nächste zeit \
frage hilfe problem falsch neu neue alt gut schlecht richtig anders erste zweite eins zwei drei \
finde finden bekomme bekommen kommt kommen dauert dauern schicken geschickt schickt";
