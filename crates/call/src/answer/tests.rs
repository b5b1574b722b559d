mod errors;
mod fixtures;
mod headers;
mod items;
mod json;
mod malformed;
mod xml;
