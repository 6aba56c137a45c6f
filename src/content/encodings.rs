//! The encoder of the shop's model, and the vectors it has made, kept on disk: a restart encodes nothing, and a changed file
//! only its changed lines.
//!
//! Two files lie in the cache: vectors by text, and what was learnt of the last model. Both are named by the encoder that made
//! them and checked when they are read; a file that is not whole is as good as none.

use std::fs;
use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde::{Deserialize, Serialize};

use crate::nlu::{Encoder, Encoding, Nlu, Vector, Vectors};

/// Lines encoded between two looks at whether to stop, and between two saves: half a minute of work at most is lost.
const AT_ONCE: usize = 512;
/// Threads that encode at most: the desk serves meanwhile.
const MOST_THREADS: usize = 4;

/// How texts are understood.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `embedded`, `off`, or a folder with `encoder.onnx` and `vocab.txt`.
    pub encoder: String,
    /// The language of the texts the encoder was trained on; `*` for one that reads all.
    pub encoder_language: String,
}

impl Config {
    /// The encoder the binary carries.
    #[must_use]
    pub fn embedded() -> Self {
        Self { encoder: "embedded".to_owned(), encoder_language: "en".to_owned() }
    }

    /// No encoder.
    #[must_use]
    pub fn off() -> Self {
        Self { encoder: "off".to_owned(), ..Self::embedded() }
    }

    /// What is wrong with it, in words.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let is_word = matches!(self.encoder.as_str(), "embedded" | "off");
        if !is_word && !Path::new(&self.encoder).join(WEIGHTS).is_file() {
            faults.push(format!(
                "understanding.encoder is `{}`: write `embedded`, `off`, or a folder in which {WEIGHTS} and {VOCABULARY} are",
                self.encoder
            ));
        }
        let is_language =
            self.encoder_language.len() == 2 && self.encoder_language.bytes().all(|b| b.is_ascii_lowercase());
        if !is_language && self.encoder_language != "*" {
            faults.push(format!(
                "understanding.encoder_language is `{}`: write two letters such as `en`, or `*` for an encoder of all languages",
                self.encoder_language
            ));
        }
        faults
    }
}

const WEIGHTS: &str = "encoder.onnx";
const VOCABULARY: &str = "vocab.txt";

/// How far the second tier is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EncoderState {
    /// There is none.
    Off,
    /// The sparse tier serves while examples are encoded.
    Encoding,
    /// Both tiers serve.
    Ready,
    /// The encoder could not be loaded; the sparse tier serves.
    Failed,
}

/// How far the second tier is, with the lines it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EncoderStatus {
    /// The state.
    pub state: EncoderState,
    /// Lines encoded, now or before.
    pub done: usize,
    /// Lines in all.
    pub total: usize,
}

/// An encoder that is loaded when it is first needed, and its vectors.
#[derive(Debug)]
pub struct Encodings {
    config: Config,
    folder: Option<PathBuf>,
    open: Mutex<Option<Open>>,
    has_failed: AtomicBool,
    is_ready: AtomicBool,
    done: AtomicUsize,
    total: AtomicUsize,
}

#[derive(Debug)]
struct Open {
    encoder: Arc<Encoder>,
    vectors: Vectors,
    learned: Option<Vec<u8>>,
    // What the files on disk lack.
    unsaved: usize,
}

impl Encodings {
    /// Those of the encoder that `config` names, kept in `folder`.
    #[must_use]
    pub fn new(config: Config, folder: Option<PathBuf>) -> Self {
        let (none, no) = (|| AtomicUsize::new(0), || AtomicBool::new(false));
        Self { config, folder, open: Mutex::new(None), has_failed: no(), is_ready: no(), done: none(), total: none() }
    }

    /// Whether there is no encoder to ask.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.config.encoder == "off" || self.has_failed.load(Ordering::Relaxed)
    }

    /// How far it is.
    #[must_use]
    pub fn status(&self) -> EncoderStatus {
        let state = match () {
            () if self.has_failed.load(Ordering::Relaxed) => EncoderState::Failed,
            () if self.is_off() => EncoderState::Off,
            () if self.is_ready.load(Ordering::Relaxed) => EncoderState::Ready,
            () => EncoderState::Encoding,
        };
        EncoderStatus { state, done: self.done.load(Ordering::Relaxed), total: self.total.load(Ordering::Relaxed) }
    }

    /// How many of a model's texts are not encoded yet; nothing without an encoder. Loads it if need be.
    pub fn missing(&self, texts: impl Fn(&Encoder) -> Vec<String>) -> Option<usize> {
        let open = self.open();
        let open = open.as_ref()?;
        Some(texts(&open.encoder).iter().filter(|text| open.vectors.get(text).is_none()).count())
    }

    /// Encodes what is missing of `texts` until `stop` says so, telling `progress` of lines done and all; whether all are there.
    pub fn prepare(
        &self,
        texts: impl Fn(&Encoder) -> Vec<String>,
        stop: &(dyn Fn() -> bool + Sync),
        progress: &mut dyn FnMut(usize, usize),
    ) -> bool {
        let Some((encoder, missing)) = self.begin(texts) else { return false };
        let total = self.total.load(Ordering::Relaxed);
        let mut done = total - missing.len();
        progress(done, total);
        for some in missing.chunks(AT_ONCE) {
            let made = encode(&encoder, some, stop);
            let whole = made.len() == some.len();
            done += made.len();
            self.add(some, made);
            self.tell(done, total);
            progress(done, total);
            if !whole {
                return false;
            }
        }
        true
    }

    // The encoder, and the texts it has not seen yet.
    fn begin(&self, texts: impl Fn(&Encoder) -> Vec<String>) -> Option<(Arc<Encoder>, Vec<String>)> {
        let open = self.open();
        let open = open.as_ref()?;
        let texts = texts(&open.encoder);
        let total = texts.len();
        let missing: Vec<String> = texts.into_iter().filter(|text| open.vectors.get(text).is_none()).collect();
        self.tell(total - missing.len(), total);
        Some((Arc::clone(&open.encoder), missing))
    }

    // Both figures from the first moment on: at a second start nothing is missing, and nobody would hear how much is there.
    #[expect(clippy::cast_precision_loss, reason = "gauges of at most 100,000 lines")]
    fn tell(&self, done: usize, total: usize) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        metrics::gauge!("frontdesk_encoder_lines", "state" => "done").set(done as f64);
        metrics::gauge!("frontdesk_encoder_lines", "state" => "all").set(total as f64);
    }

    fn add(&self, texts: &[String], made: Vec<Option<Vector>>) {
        let mut open = self.open();
        let Some(open) = open.as_mut() else { return };
        for (text, vector) in texts.iter().zip(made) {
            if let Some(vector) = vector {
                open.vectors.insert(text, vector);
                open.unsaved += 1;
            }
        }
        self.save_vectors(open);
    }

    /// Hands what training needs to `train`; nothing without an encoder.
    pub fn with<T>(&self, train: impl FnOnce(Option<Encoding<'_>>) -> T) -> T {
        let open = self.open();
        train(open.as_ref().map(|open| Encoding {
            encoder: &open.encoder,
            vectors: &open.vectors,
            learned: open.learned.as_deref(),
        }))
    }

    /// Says that a model without the second tier serves, and that the tier is on its way.
    pub fn await_ready(&self) {
        self.is_ready.store(false, Ordering::Relaxed);
    }

    /// Keeps what `nlu` has learnt, and forgets the vectors of texts that are not among its own. A model too small for a second
    /// tier is as ready as it will be.
    pub fn keep(&self, nlu: &Nlu, texts: impl Fn(&Encoder) -> Vec<String>) {
        self.keep_vectors(texts);
        let mut open = self.open();
        let Some(open) = open.as_mut() else { return };
        self.is_ready.store(true, Ordering::Relaxed);
        let learned = nlu.learned();
        if learned.is_some() && learned != open.learned {
            open.learned = learned;
            self.save(LEARNED, &open.encoder, open.learned.as_deref().unwrap_or_default());
        }
    }

    // Forgets the vectors of texts that are not among these.
    fn keep_vectors(&self, texts: impl Fn(&Encoder) -> Vec<String>) {
        let mut open = self.open();
        let Some(open) = open.as_mut() else { return };
        let dropped = open.vectors.keep(&texts(&open.encoder));
        open.unsaved += usize::from(dropped);
        self.save_vectors(open);
    }

    fn save_vectors(&self, open: &mut Open) {
        if open.unsaved > 0 && self.save(VECTORS, &open.encoder, &open.vectors.bytes()) {
            open.unsaved = 0;
        }
    }

    // A cache that cannot be written costs the next start some seconds and nothing else.
    fn save(&self, name: &str, encoder: &Encoder, bytes: &[u8]) -> bool {
        let Some(folder) = &self.folder else { return true };
        match write(folder, &file(name, encoder), bytes) {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(%error, file = name, "what the encoder made could not be kept; the next start makes it again");
                false
            }
        }
    }

    fn open(&self) -> MutexGuard<'_, Option<Open>> {
        // What is in it is replaced as a whole or added to; a panic elsewhere leaves it good.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.is_none() && !self.is_off() {
            match load(&self.config) {
                Ok(encoder) => *open = Some(self.with_files(Arc::new(encoder))),
                Err(error) => {
                    tracing::error!(%error, "the encoder cannot be used; the sparse tier serves alone");
                    self.has_failed.store(true, Ordering::Relaxed);
                }
            }
        }
        open
    }

    fn with_files(&self, encoder: Arc<Encoder>) -> Open {
        let read = |name: &str| fs::read(self.folder.as_ref()?.join(file(name, &encoder))).ok();
        let vectors = read(VECTORS).and_then(|bytes| Vectors::read(&bytes, &encoder));
        let vectors = vectors.unwrap_or_else(|| Vectors::new(&encoder));
        Open { learned: read(LEARNED), vectors, encoder, unsaved: 0 }
    }
}

const VECTORS: &str = "vectors";
const LEARNED: &str = "learned";

// Each encoder has files of its own, so that going back to it encodes nothing.
fn file(name: &str, encoder: &Encoder) -> String {
    format!("{name}-{}.bin", encoder.fingerprint().get(..16).unwrap_or_default())
}

// Written beside and renamed, so that a crash leaves the old file or the new one.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".{name}"));
    let mut out = fs::File::create(&draft)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    fs::rename(draft, folder.join(name))
}

#[cfg(feature = "encoder")]
fn embedded(language: &str) -> Result<Encoder, String> {
    Encoder::embedded(language)
}

#[cfg(not(feature = "encoder"))]
fn embedded(_language: &str) -> Result<Encoder, String> {
    Err("this build carries no encoder: name a folder with one in understanding.encoder".to_owned())
}

fn load(config: &Config) -> Result<Encoder, String> {
    if config.encoder == "embedded" {
        return embedded(&config.encoder_language);
    }
    let folder = Path::new(&config.encoder);
    let weights = fs::read(folder.join(WEIGHTS)).map_err(|error| format!("{WEIGHTS} cannot be read: {error}"))?;
    let vocabulary =
        fs::read_to_string(folder.join(VOCABULARY)).map_err(|error| format!("{VOCABULARY} cannot be read: {error}"))?;
    Encoder::new(weights, &vocabulary, &config.encoder_language)
}

// The vectors of texts in their order; fewer when it was stopped.
fn encode(encoder: &Encoder, texts: &[String], stop: &(dyn Fn() -> bool + Sync)) -> Vec<Option<Vector>> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_THREADS);
    let share = texts.len().div_ceil(threads).max(1);
    let work = |some: &[String]| -> Vec<Option<Vector>> {
        some.iter().map_while(|text| (!stop()).then(|| encoder.encode(text))).collect()
    };
    let parts: Vec<Vec<Option<Vector>>> = thread::scope(|scope| {
        let running: Vec<_> = texts.chunks(share).map(|some| scope.spawn(move || work(some))).collect();
        running.into_iter().map(|part| part.join().unwrap_or_default()).collect()
    });
    // What a thread left out leaves a gap, and behind a gap nothing can be told apart.
    let mut made = Vec::with_capacity(texts.len());
    for (part, some) in parts.into_iter().zip(texts.chunks(share)) {
        let whole = part.len() == some.len();
        made.extend(part);
        if !whole {
            break;
        }
    }
    made
}
