//! Where the configuration and the store are, and what the environment has to say.

use super::*;

fn environment(change: impl FnOnce(&mut Environment)) -> Environment {
    let mut environment = Environment::default();
    change(&mut environment);
    environment
}

#[test]
fn what_is_named_is_read_and_what_is_not_there_is_told() {
    let environment = environment(|e| e.config = Some("from-environment.toml".into()));
    let check = |flag: Option<&str>, environment: &Environment, expected: &str| {
        assert_eq!(locate(flag.map(Path::new), environment), Found::File(expected.into()));
    };
    check(Some("from-flag.toml"), &environment, "from-flag.toml");
    check(None, &environment, "from-environment.toml");

    let problems = load(&Found::File("no/such/file.toml".into()), &environment).unwrap_err();
    assert!(problems.to_string().starts_with("error: cannot read the configuration: "), "{problems}");
    assert_eq!(problems.0[0].file, "no/such/file.toml");
}

#[test]
fn a_file_is_read_from_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let write = |text: &[u8]| {
        let path = folder.path().join("headlined.toml");
        fs::write(&path, text).unwrap();
        load(&Found::File(path.clone()), &Environment::default()).map(|(settings, _)| settings)
    };
    fs::write(folder.path().join("address"), "https://a.example/?s3cret\n").unwrap();
    let settings = write(b"[store]\npath = \"a.db\"\n[[feed]]\nname = \"A\"\nurl_file = \"address\"\n").unwrap();
    assert_eq!(settings.file, Some(folder.path().join("headlined.toml")));
    assert_eq!(settings.store.path, Some(folder.path().join("a.db")));
    assert_eq!(settings.feeds[0].url, "https://a.example/?s3cret");

    let problems = write(b"[server]\ntitle = \"caf\xe9\"\n").unwrap_err();
    assert_eq!(problems.0[0].wrong, "line 2 is not UTF-8");
    let problems = load(&Found::File(folder.path().into()), &Environment::default()).unwrap_err();
    assert!(problems.0[0].wrong.starts_with("cannot read the configuration: "), "{problems}");
}

#[test]
fn the_environment_overrides_what_the_file_says() {
    let environment = environment(|e| {
        e.listen = Some("0.0.0.0:80".into());
        e.base_url = Some("https://n.example".into());
        e.store = Some("data/x.db".into());
    });
    let (settings, _) = read("[server]\nlisten = \"127.0.0.1:1\"\n[store]\npath = \"y.db\"", &environment).unwrap();
    assert_eq!(settings.server.listen.to_string(), "0.0.0.0:80");
    assert_eq!(settings.server.base_url.as_deref(), Some("https://n.example/"));
    assert_eq!(settings.store.path, Some("data/x.db".into()), "relative to the working directory, not to the file");
}

#[test]
fn a_bad_override_is_told_by_its_variable() {
    let environment = environment(|e| {
        e.listen = Some("8080".into());
        e.base_url = Some("n.example".into());
    });
    let problems = read("", &environment).unwrap_err();
    let told: Vec<_> =
        problems.0.iter().map(|p| (p.file.as_str(), p.place.is_none(), p.suggestion.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("HEADLINED_LISTEN", true, Some("\"127.0.0.1:8080\"")),
            ("HEADLINED_BASE_URL", true, Some("\"https://n.example\"")),
        ]
    );
}

#[test]
fn the_store_is_where_it_is_expected() {
    let check =
        |configured: Option<&str>, state: Option<&str>, xdg: Option<&str>, home: Option<&str>, expected: &str| {
            let environment = environment(|e| {
                e.state_directory = state.map(str::to_owned);
                e.xdg_state_home = xdg.map(PathBuf::from);
                e.home = home.map(PathBuf::from);
            });
            let mut settings = settings("");
            settings.store.path = configured.map(PathBuf::from);
            let found = store_path(&settings, &environment).map_err(|error| error.to_string());
            assert_eq!(found.map_or_else(|error| error, |path| path.display().to_string()), expected);
        };
    let (state, xdg, home) = (Some("/var/lib/headlined"), Some("/x"), Some("/home/ann"));
    check(Some("/a.db"), state, xdg, home, "/a.db");
    check(None, state, xdg, home, "/var/lib/headlined/headlined.db");
    check(None, Some("/var/lib/a:/var/lib/b"), xdg, home, "/var/lib/a/headlined.db");
    check(None, None, xdg, home, "/x/headlined/headlined.db");
    check(None, None, Some("relative"), home, "/home/ann/.local/state/headlined/headlined.db");
    check(None, None, None, home, "/home/ann/.local/state/headlined/headlined.db");
    check(
        None,
        None,
        None,
        None,
        "no place for the store: there is no home directory; set path under [store], HEADLINED_STORE, or STATE_DIRECTORY",
    );
}
