//! Words that tell nothing of the event: articles, prepositions, calendar words, and what bulletins call themselves.
//!
//! All are folded and cut as `words` does it. Short on purpose: idf does the rest, these only help while it is young.

/// Languages with a list of their own; others lean on idf alone.
const STOP: [(&str, &str); 16] = [
    ("ar", "في من على الى عن مع هذا هذه التي الذي بعد قبل بين كما انه ان او ثم قد لا ما لم لن كان كانت هو هي عند حتى ضد"),
    ("cs", "na se je do ze za po od pro ve by to jako si jeho ale jsou pri pred bude bylo byl byla kter uz az jen"),
    ("de", "der die das und in den von zu mit sich des auf fur ist im dem nicht ein eine als auch es an werde aus er hat dass sie nach wird bei einer um am sind noch wie einem uber einen so zum war haben nur oder aber vor zur bis mehr durch man sein gegen vom will"),
    ("en", "the of to in and for on at with is as by from after be are was it its his her their that this has have had will would not but over into amid new says said say an he she they who what how why when more than up out about us we you your our can could may all one two no"),
    ("es", "de la que el en los del se las por un para con no una su al lo como mas pero sus le ya este si porque esta entre cuand muy sin sobre tambi me hasta hay desde todo nos tras fue son es ha ser han ante contr"),
    ("fr", "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont avec ses son aux ou sa elle apres cette comme nous ont mais fait leur deux ete etre tout sans entre contr ces aussi vers on"),
    ("it", "di che il la in un per non una con del si da al le dei nel come piu della ha sono lo gli alla anche ma su dopo delle nella ai dal se sua suo chi cosi degli tra contr era"),
    ("nl", "de het een van en in te dat op is voor met zijn niet aan er om ook als bij door naar uit over na maar nog tot heeft wordt of ze hij deze dit worde meer geen was wil tegen"),
    ("pl", "na do nie sie jest to ze od po za przez dla jak co tak jego by oraz juz ale czy przed tym jednak beda byl bylo byla ktory ktora ktore przy pod ich"),
    ("pt", "de que do da em um para com uma os no se na por mais as dos como mas foi ao ele das tem seu sua ou ser quand muito nos ja esta eu tambe so pelo pela ate isso entre era apos sem mesmo aos ter suas contr nao sobre sao pode diz"),
    ("ro", "de la si in cu pe un din care nu este o sa pentr au fost mai ca al ale lui prin dupa fi va despr sau dar ce cel cea"),
    ("ru", "на что по не за из от как до его для это при так но об во со же бы или все еще уже после будет были был была их она они он мы вы если может чтобы котор также своих более между перед"),
    ("sl", "in je na se za da so ki pri po od do ne ni tudi kot bo bi iz ali pa le ob si bodo bil bila bilo med pred ter jih ga se ze pod nad brez"),
    ("sv", "och att det som en pa ar av for med till den har de inte om ett han men var sig fran vi sa kan nar efter ska nu ocksa vid mot eller"),
    ("tr", "ve bir bu ile icin da de olara cok daha gibi kadar sonra olan oldu en ne o her mi var yok"),
    ("uk", "на що по не за та від як до його для це при так але про із зі бо або все ще вже після буде були був була їх вона вони він ми ви якщо може щоб котор також своїх між перед"),
];

/// Days and months in the languages of most feeds: they tell one issue of a bulletin from the next.
const CALENDAR: &str = "janua febru march april may june july augus septe octob novem decem monda tuesd wedne thurs frida \
    satur sunda today jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun \
    enero febre marzo abril mayo junio julio agost septi octub novie dicie lunes marte mierc jueve viern sabad domin \
    janei feve feverei marco maio junho julho setem outub novem dezem segun terca quart quint sexta \
    janvi fevri mars avril mai juin juill aout decem lundi mardi mercr jeudi vendr samed diman \
    januar febru marz april mai juni juli augus oktob dezem monta diens mittw donne freit samst sonnt \
    gennai genna febbr aprile april maggi giugn lugli settem settm ottob lunedi martedi \
    январ феврал февра март марта апрел май мая июнь июня июль июля авгус сентя октяб ноябр декаб \
    понед вторн среда среду четве пятни суббо воскр сегод";

/// What recurring items call themselves.
const BULLETIN: &str = "brief briefing roundu live liveb updat forec weath horos quiz cross crosswo sudok lotte power podca newsl \
    photo pictu galle morni eveni daily weekl week papers paper obitu recap agend sched progr sumar resum resume \
    prono meteo horar wette horosk progn lotto foto video курс гороск прогн погод дайдж обзор итоги";

/// Whether `stem` is an article, preposition or the like in `language` (a primary subtag).
pub(super) fn is_stop(language: &str, stem: &str) -> bool {
    STOP.iter().find(|(of, _)| *of == language).is_some_and(|(_, list)| holds(list, stem))
}

pub(super) fn is_calendar(stem: &str) -> bool {
    holds(CALENDAR, stem)
}

pub(super) fn is_bulletin(stem: &str) -> bool {
    holds(BULLETIN, stem)
}

fn holds(list: &str, stem: &str) -> bool {
    list.split_ascii_whitespace().any(|word| word == stem)
}
