mod page;
mod remote;
mod stream;
