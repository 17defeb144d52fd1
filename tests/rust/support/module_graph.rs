//! Which module of the crate uses which, read from the source with a parser. Unit tests are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// The path of a module or an item, without `crate`.
pub type ModulePath = Vec<String>;

#[derive(Debug, Default)]
pub struct ModuleGraph {
    /// The modules that have a file of their own.
    pub files: BTreeSet<ModulePath>,
    /// Each module with the paths that it mentions, resolved to start at the crate.
    mentions: Vec<(ModulePath, ModulePath)>,
    /// Items that a folder's own module re-exports from one of its files: `(folder, name)` to the item.
    re_exports: BTreeMap<(ModulePath, String), ModulePath>,
}

impl ModuleGraph {
    pub fn read(root: &Path) -> Self {
        let mut graph = Self::default();
        let sources = rust_files(root);
        graph.files = sources.iter().map(|file| module_of(root, file)).collect();
        for file in sources {
            let module = module_of(root, &file);
            let code = syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap();
            let mut reader = Reader {
                graph: &mut graph,
                module,
                inline: 0,
            };
            reader.visit_file(&code);
        }
        graph
    }

    /// Pairs of different modules of which the first uses the second.
    pub fn uses(&self) -> BTreeSet<(&[String], ModulePath)> {
        let resolved = self.mentions.iter();
        let resolved = resolved.map(|(from, to)| (from.as_slice(), self.file_of(to.clone())));
        resolved
            .filter(|(from, to)| *from != to.as_slice() && !to.is_empty())
            .collect()
    }

    /// The folders that contain modules, the crate's own first.
    pub fn folders(&self) -> BTreeSet<&[String]> {
        let files = self.files.iter();
        files
            .filter_map(|file| Some(file.split_last()?.1))
            .collect()
    }

    /// The file that defines the item, behind the re-exports of its folder.
    fn file_of(&self, mut item: ModulePath) -> ModulePath {
        loop {
            let known = (0..=item.len()).rev();
            let mut known = known.filter(|length| self.files.contains(&item[..*length]));
            let length = known.next().unwrap_or(0);
            let Some(name) = item.get(length) else {
                return item;
            };
            let key = (item[..length].to_vec(), name.clone());
            match self.re_exports.get(&key) {
                Some(target) => {
                    let rest = item.split_off(length + 1);
                    item = [target.clone(), rest].concat();
                }
                None => return key.0,
            }
        }
    }
}

/// Collects what one file mentions.
struct Reader<'a> {
    graph: &'a mut ModuleGraph,
    /// The path of the file, and of inline modules within it.
    module: ModulePath,
    /// How many of the last segments are inline modules.
    inline: usize,
}

impl Reader<'_> {
    fn file(&self) -> ModulePath {
        self.module[..self.module.len() - self.inline].to_vec()
    }

    /// The path from the crate on. None for paths that begin outside of it.
    fn resolve(&self, path: &[String]) -> Option<ModulePath> {
        let mut base = self.module.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => return Some(path[1..].to_vec()),
            "self" => rest = &path[1..],
            "super" => {
                while let Some("super") = rest.first().map(String::as_str) {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            child => {
                base.push(child.to_owned());
                return (self.graph.files.contains(&base)).then(|| [&base, &path[1..]].concat());
            }
        }
        Some([&base, rest].concat())
    }

    /// A single name is a local variable or an item that a `use` has brought here.
    fn mention(&mut self, path: &[String]) {
        let target = self.resolve(path).filter(|_| path.len() > 1);
        if let Some(target) = target {
            let file = self.file();
            self.graph.mentions.push((file, target));
        }
    }

    /// Macros and attributes are not parsed, so their paths are found among their tokens.
    fn mention_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.mention(&std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => self.mention_tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let text = text.trim_matches('"').split("::").map(str::to_owned);
                    self.mention(&text.collect::<Vec<_>>());
                }
                TokenTree::Punct(_) => colons = 0,
            }
        }
        self.mention(&path);
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let is_public = !matches!(item.vis, syn::Visibility::Inherited);
        for (path, name) in leaves(&item.tree) {
            let target = self.resolve(&path);
            match target {
                Some(target) if is_public && target.starts_with(&self.module) => {
                    let key = (self.module.clone(), name);
                    self.graph.re_exports.insert(key, target);
                }
                _ => self.mention(&path),
            }
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_none() || is_test(&item.attrs) {
            return;
        }
        self.module.push(item.ident.to_string());
        self.inline += 1;
        visit::visit_item_mod(self, item);
        self.inline -= 1;
        self.module.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path.segments.iter();
        let segments: Vec<_> = segments.map(|segment| segment.ident.to_string()).collect();
        self.mention(&segments);
        visit::visit_path(self, path);
    }

    /// `pub(super)` uses nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        self.mention_tokens(found.tokens.clone());
        visit::visit_macro(self, found);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.mention_tokens(list.tokens.clone());
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

/// Every path of a `use` with the name that it gives the item.
fn leaves(tree: &syn::UseTree) -> Vec<(Vec<String>, String)> {
    match tree {
        syn::UseTree::Path(path) => {
            let inner = leaves(&path.tree).into_iter();
            let first = path.ident.to_string();
            inner
                .map(|(rest, name)| ([vec![first.clone()], rest].concat(), name))
                .collect()
        }
        syn::UseTree::Name(name) => vec![(vec![name.ident.to_string()], name.ident.to_string())],
        syn::UseTree::Rename(name) => {
            vec![(vec![name.ident.to_string()], name.rename.to_string())]
        }
        syn::UseTree::Group(group) => group.items.iter().flat_map(leaves).collect(),
        syn::UseTree::Glob(_) => vec![(Vec::new(), "*".to_owned())],
    }
}

/// The source files of the crate, without those that contain only unit tests.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.flat_map(|path| {
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        match path.is_dir() {
            true => rust_files(&path),
            false if is_source && !path.ends_with("tests.rs") => vec![path],
            false => Vec::new(),
        }
    });
    files.collect()
}

fn module_of(root: &Path, file: &Path) -> ModulePath {
    let inside = file.strip_prefix(root).unwrap().with_extension("");
    let mut segments: ModulePath = inside
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if matches!(segments.last().map(String::as_str), Some("mod" | "lib")) {
        segments.pop();
    }
    segments
}
