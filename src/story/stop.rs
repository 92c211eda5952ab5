//! Words that tell nothing of the event: articles, prepositions, calendar words, and what bulletins call themselves.
//!
//! Short on purpose: what a word is worth is counted, these only help while little has been counted. The lists are
//! written as people write and cut as `words` cuts.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::words;

pub(super) type WordSet = HashSet<Box<str>, xxhash_rust::xxh3::Xxh3DefaultBuilder>;

/// By primary subtag; other languages lean on what is counted alone.
const STOP: [(&str, &str); 16] = [
    (
        "ar",
        "في من على إلى عن مع هذا هذه التي الذي بعد قبل بين كما أنه إن أو ثم قد لا ما لم لن كان كانت هو هي عند حتى ضد",
    ),
    ("cs", "na se je do ze za po od pro ve by to jako si jeho ale jsou při před bude bylo byl byla který už až jen"),
    (
        "de",
        "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass \
         sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch \
         man sein gegen vom will",
    ),
    (
        "en",
        "the of to in and for on at with is as by from after be are was it its his her their that this has have had will \
         would not but over into amid new says said say an he she they who what how why when more than up out about us we \
         you your our can could may all one two no",
    ),
    (
        "es",
        "de la que el en los del se las por un para con no una su al lo como más pero sus le ya este sí porque esta entre \
         cuando muy sin sobre también me hasta hay desde todo nos tras fue son es ha ser han ante contra",
    ),
    (
        "fr",
        "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont avec ses son aux ou sa \
         elle après cette comme nous ont mais fait leur deux été être tout sans entre contre ces aussi vers on",
    ),
    (
        "it",
        "di che il la in un per non una con del si da al le dei nel come più della ha sono lo gli alla anche ma su dopo \
         delle nella ai dal se sua suo chi così degli tra contro era",
    ),
    (
        "nl",
        "de het een van en in te dat op is voor met zijn niet aan er om ook als bij door naar uit over na maar nog tot \
         heeft wordt of ze hij deze dit worden meer geen was wil tegen",
    ),
    (
        "pl",
        "na do nie się jest to że od po za przez dla jak co tak jego by oraz już ale czy przed tym jednak będą był było \
         była który która które przy pod ich",
    ),
    (
        "pt",
        "de que do da em um para com uma os no se na por mais as dos como mas foi ao ele das tem seu sua ou ser quando \
         muito nos já está eu também só pelo pela até isso entre era após sem mesmo aos ter suas contra não sobre são pode diz",
    ),
    (
        "ro",
        "de la și în cu pe un din care nu este o să pentru au fost mai că al ale lui prin după fi va despre sau dar ce cel cea",
    ),
    (
        "ru",
        "на что по не за из от как до его для это при так но об во со же бы или все ещё уже после будет были был была их она \
         они он мы вы если может чтобы который также своих более между перед",
    ),
    (
        "sl",
        "in je na se za da so ki pri po od do ne ni tudi kot bo bi iz ali pa le ob si bodo bil bila bilo med pred ter jih ga \
         že pod nad brez",
    ),
    (
        "sv",
        "och att det som en på är av för med till den har de inte om ett han men var sig från vi så kan när efter ska nu också vid mot eller",
    ),
    ("tr", "ve bir bu ile için da de olarak çok daha gibi kadar sonra olan oldu en ne o her mi var yok"),
    (
        "uk",
        "на що по не за та від як до його для це при так але про із зі бо або все ще вже після буде були був була їх вона вони він ми ви якщо може щоб який також своїх між перед",
    ),
];

/// Days and months in the languages of most feeds: they tell one issue of a bulletin from the next.
const CALENDAR: &str = "january february march april may june july august september october november december \
    monday tuesday wednesday thursday friday saturday sunday today jan feb mar apr jun jul aug sep sept oct nov dec \
    mon tue wed thu fri sat sun \
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre \
    lunes martes miércoles jueves viernes sábado domingo \
    janeiro fevereiro março maio junho julho setembro outubro dezembro segunda terça quarta quinta sexta \
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre \
    lundi mardi mercredi jeudi vendredi samedi dimanche \
    januar februar märz oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag \
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre lunedì martedì mercoledì giovedì venerdì \
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря март май июнь июль \
    понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье сегодня";

/// What recurring items call themselves.
const BULLETIN: &str = "brief briefing roundup live liveblog updates forecast weather horoscope quiz crossword sudoku \
    lottery powerball podcast newsletter photos pictures gallery morning evening daily weekly papers obituaries recap \
    agenda schedule programme summary resumen résumé pronóstico météo wetter horóscopo prognose lotto foto video \
    курс гороскоп прогноз погода дайджест обзор итоги";

static STOP_SETS: LazyLock<Vec<(&str, WordSet)>> =
    LazyLock::new(|| STOP.iter().map(|(language, list)| (*language, cut(list))).collect());
static NO_STOPS: LazyLock<WordSet> = LazyLock::new(WordSet::default);
static CALENDAR_SET: LazyLock<WordSet> = LazyLock::new(|| cut(CALENDAR));
static BULLETIN_SET: LazyLock<WordSet> = LazyLock::new(|| cut(BULLETIN));

/// Articles, prepositions and the like, as stems.
pub(super) fn stops(language: &str) -> &'static WordSet {
    STOP_SETS.iter().find(|(of, _)| *of == language).map_or(&NO_STOPS, |(_, set)| set)
}

pub(super) fn is_calendar(stem: &str) -> bool {
    CALENDAR_SET.contains(stem)
}

pub(super) fn is_bulletin(stem: &str) -> bool {
    BULLETIN_SET.contains(stem)
}

fn cut(list: &str) -> WordSet {
    words::split(list, usize::MAX).iter().map(|(word, kind)| words::stem(word, kind).into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_as_words_are() {
        assert!(stops("ru").contains("еще") && stops("pl").contains("sie") && stops("ar").contains("الى"));
        assert!(is_calendar("septi") && is_calendar("марта") && is_bulletin("weath"));
        assert!(stops("xx").is_empty());
    }
}
